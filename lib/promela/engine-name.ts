/** Who can search: the interpreter, or code that is made for the model. */
export const engineNames = ['interpreter', 'js', 'wasm'] as const
export type EngineName = (typeof engineNames)[number]

/** `auto`: the interpreter, then the first engine that there is. */
export type EngineChoice = EngineName | 'auto'
