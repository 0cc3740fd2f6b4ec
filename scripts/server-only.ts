// Stands in for the `server-only` package where code runs outside Next (tests, the command line):
// that package throws on import unless a bundler resolves its `react-server` condition.
export {}
