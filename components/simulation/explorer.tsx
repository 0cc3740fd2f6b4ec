'use client'
/**
 * A model that runs in the page, as one screen: the buttons on top, which stay in sight; below them story and source as
 * tabs of one pane, with processes and state beside it and the lanes under both. All that a step changes is in these 720
 * pixels; the search and the experiments, which it does not change, are below.
 *
 * This file only wires: what a run is, what a key means and what a link says are values of their own files.
 */
import {
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { flushSync } from 'react-dom'
import { CheckPanel } from '#components/simulation/check/check-panel.tsx'
import { ClaimHead } from '#components/simulation/check/claim-head.tsx'
import { useChecker } from '#components/simulation/check/use-checker.ts'
import { RaceTable, VerdictReport } from '#components/simulation/check/verdict-report.tsx'
import { Experiments } from '#components/simulation/experiment/experiments.tsx'
import { Guide, guidePart, rememberGuided, wasGuided } from '#components/simulation/run/guide.tsx'
import { commandOfEvent } from '#components/simulation/run/key-event.ts'
import { KeysHelp } from '#components/simulation/run/keys-help.tsx'
import { otherTab, type PaneTab, PaneTabs } from '#components/simulation/run/pane-tabs.tsx'
import { ProcessPanel } from '#components/simulation/run/process-panel.tsx'
import { RunControls, RunSettings } from '#components/simulation/run/run-controls.tsx'
import { RunStatus } from '#components/simulation/run/run-status.tsx'
import { StatePanel } from '#components/simulation/run/state-panel.tsx'
import { StepComment } from '#components/simulation/run/step-comment.tsx'
import { Story } from '#components/simulation/run/story.tsx'
import { TimeLine } from '#components/simulation/run/time-line.tsx'
import { usePlay } from '#components/simulation/run/use-play.ts'
import { isTrace, useSession } from '#components/simulation/run/use-session.ts'
import { SettingNote } from '#components/simulation/setting/setting-note.tsx'
import { DiagnosticsList } from '#components/simulation/source/diagnostics-list.tsx'
import { SourcePane, type SourcePaneHandle } from '#components/simulation/source/source-pane.tsx'
import { ActionButton } from '#components/ui/action-button.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { figure } from '#lib/figures.ts'
import type { Step } from '#lib/promela/machine/step.ts'
import { claimEnd, isAsClaimed } from '#lib/promela/machine/verdict.ts'
import type { Span } from '#lib/promela/source.ts'
import { namingOf } from '#lib/promela/trace/naming.ts'
import { runningCheck } from '#lib/simulation/check.ts'
import { type Choice, chooseForward, chooseProcess, chooseRandom } from '#lib/simulation/choose.ts'
import {
  canGoOn,
  currentMoment,
  currentState,
  currentView,
  lastChange,
  leftStory,
  offered,
  type Story as RunStory,
  traceOf,
} from '#lib/simulation/run.ts'
import {
  annotatedIn,
  dataIn,
  definesIn,
  isPublished,
  PAGE_STORE_BUFFERS,
  propertiesIn,
  recordedProperty,
  type Setting,
  settingKey,
} from '#lib/simulation/setting.ts'
import {
  parameterWords,
  type SimulationData,
  type SimulationLayout,
} from '#lib/simulation/simulation-data.ts'
import { processLabel } from '#lib/simulation/step-words.ts'
import { recordedEnd } from '#lib/simulation/story-end.ts'
import { WHOLE_STORY } from '#lib/simulation/story-filter.ts'
import { verdictAnnouncement } from '#lib/simulation/verdict-words.ts'
import { whyAllBlocked, whyBlocked } from '#lib/simulation/why-blocked.ts'
import styles from './explorer.module.css'
import { showFilterInAddress, showVariantInAddress } from './permalink-address.ts'
import frame from './simulation.module.css'
import { SimulationBoundary } from './simulation-boundary.tsx'
import { stateAddress } from './state-address.ts'

export type ExplorerProps = {
  data: SimulationData
  layout: SimulationLayout
  caption: string
  /** Back to the text over which it is open; none: it is a part of its page. */
  onClose?: () => void
  /** The reader asked for it just now, so the focus goes to it; else it opened by itself. */
  takesFocus: boolean
}

export function Explorer(props: ExplorerProps) {
  return (
    <SimulationBoundary>
      <OpenExplorer {...props} />
    </SimulationBoundary>
  )
}

function OpenExplorer({ data, layout, caption, onClose, takesFocus }: ExplorerProps) {
  const root = useRef<HTMLElement>(null)
  const arrive = useCallback(() => {
    root.current?.closest('figure')?.scrollIntoView({ block: 'start' })
    root.current?.focus({ preventScroll: true })
  }, [])
  const { session, dispatch, choose } = useSession(data, arrive)
  const { checks, start: startCheck, cancel: cancelCheck } = useChecker(data)
  const [look, setLook] = useState<Span | null>(null)
  const [lastPid, setLastPid] = useState<number | null>(null)
  const [tab, setTab] = useState<PaneTab>('story')
  const [guide, setGuide] = useState<number | null>(() =>
    typeof window === 'undefined' || wasGuided() ? null : 0,
  )
  const source = useRef<SourcePaneHandle>(null)
  /** The process whose button was used: where the focus goes should that button be gone after the step. */
  const refocus = useRef<number | null>(null)

  const { program, diagnostics } = session.compiled
  const run = program ? session.run : null
  const naming = useMemo(
    () => (program ? namingOf(program, data.vocabulary) : null),
    [program, data.vocabulary],
  )
  const play = usePlay(run, dispatch, naming)
  const steps = useMemo(() => (run ? offered(run) : []), [run])
  const ended = useMemo(() => run !== null && !canGoOn(run), [run])
  const trace = useMemo(() => (run ? traceOf(run) : []), [run])
  const moment = run && currentMoment(run)
  const { setting, filter } = session
  const shown = useMemo(() => dataIn(data, setting), [data, setting])
  // Where passages have no way to comment (a model's own page, a preview), its steps have none.
  const mayComment = useMemo(
    () =>
      typeof document !== 'undefined' &&
      document.querySelector(`a[data-compose="thread"][data-block="${CSS.escape(data.id)}"]`) !== null,
    [data.id],
  )
  const defines = definesIn(data, setting)
  const annotated = useMemo(() => annotatedIn(shown), [shown])
  const check = checks[settingKey(setting)] ?? null
  const recorded =
    data.recorded.find(
      ({ variant, property }) => variant === setting.variant && property === setting.property,
    ) ?? null
  const properties = useMemo(() => (program ? propertiesIn(program) : [setting.property]), [program, setting])
  /** Of the variant shown, unless the run is that already, or a stretch of it that the reader left. */
  const recordable = isPublished(setting) && setting.storeBuffers === null
  const offeredTrace =
    recordable && run && recorded?.trace && !isTrace(run.story?.trace, recorded.trace) ? recorded.trace : null
  // Of what is not the published model nobody claims anything; and what is violated as it should be alarms nobody.
  const alarms =
    recordable && recorded?.expect !== undefined && !isAsClaimed(recorded.expect, recorded.verdict)
  // A counterexample to a claim about runs repeats for ever, which its last step does not show.
  const told =
    run && !leftStory(run) && run.story?.trace.length === run.moments.length ? run.story.trace : null
  const end = useMemo(() => {
    if (told === null) return null
    const found = check?.kind === 'done' && check.verdict.kind === 'violated' ? check.verdict : null
    return found && isTrace(told, found.trace)
      ? claimEnd(found)
      : recordedEnd(recordable ? recorded : null, told)
  }, [told, check, recordable, recorded])
  const telling = useMemo(() => run && naming && { naming, since: lastChange(run) }, [run, naming])
  const say = (words: string) => dispatch({ kind: 'say', words })

  function showSource(span: Span | null) {
    if (span === null) return
    // It has to be there before it can be scrolled.
    flushSync(() => setTab('source'))
    source.current?.reveal(span)
  }

  /** A place that is named leads to its line, which must be there. */
  function showClicked(event: MouseEvent) {
    if (event.target instanceof Element && event.target.closest('a')) flushSync(() => setTab('source'))
  }

  function closeGuide() {
    rememberGuided()
    setGuide(null)
    // The button goes with the click, and would take the focus with it.
    root.current?.focus({ preventScroll: true })
  }

  useEffect(() => {
    if (takesFocus) root.current?.focus({ preventScroll: true })
  }, [takesFocus])

  // biome-ignore lint/correctness/useExhaustiveDependencies: it repairs the focus after each change of the run
  useLayoutEffect(() => {
    const pid = refocus.current
    refocus.current = null
    if (pid === null || document.activeElement !== document.body) return
    const button = root.current?.querySelector<HTMLElement>(`[data-process="${pid}"] button`)
    const target = button ?? root.current
    target?.focus({ preventScroll: true })
  }, [run])

  // The end of a search is said once, whichever variant is shown by then.
  const announced = useRef(0)
  useEffect(() => {
    for (const item of Object.values(checks)) {
      if (item.kind !== 'done' || item.job <= announced.current) continue
      announced.current = item.job
      dispatch({ kind: 'say', words: verdictAnnouncement(item.variant, item.verdict, item.property) })
    }
  }, [checks, dispatch])

  function take(step: Step) {
    play.stop()
    refocus.current = step.pid
    setLastPid(step.pid)
    dispatch({ kind: 'take', index: step.index })
  }

  function go(cursor: number) {
    play.stop()
    dispatch({ kind: 'go', cursor })
  }

  function perform(choice: Choice) {
    switch (choice.kind) {
      case 'take': {
        const step = steps[choice.index]
        if (step) take(step)
        return
      }
      case 'go':
        return go(choice.cursor)
      case 'pick':
        root.current?.querySelector<HTMLElement>(`[data-process="${choice.pid}"] button`)?.focus()
        setLastPid(choice.pid)
        return say(`${processLabel(choice.pid)} has several steps; choose one.`)
      case 'blocked':
        return run ? say(whyBlocked(run, choice.pid)) : undefined
      case 'nothing':
        return say(choice.words)
    }
  }

  const actions = {
    forward: () => run && naming && perform(chooseForward(run, lastPid, naming)),
    back: () => run && go(run.cursor - 1),
    end: () => run && go(run.moments.length),
    random: () => run && naming && perform(chooseRandom(run, Math.random(), naming)),
    reset: () => {
      play.stop()
      dispatch({ kind: 'reset' })
    },
    play: play.toggle,
    tab: () => {
      const wanted = otherTab(tab)
      setTab(wanted)
      say(`${wanted === 'story' ? 'Story' : 'Source'} is shown.`)
    },
    guide: () => (guide === null ? setGuide(0) : closeGuide()),
    why: () => run && say(whyAllBlocked(run)),
    comment: () => {
      const link = root.current?.querySelector<HTMLElement>('[data-step-comment]')
      if (link) link.click()
      else
        say('A comment is on a step of the model as it was published: take one, in the text of the proposal.')
    },
  }

  function onKeyDown(event: KeyboardEvent) {
    const command = commandOfEvent(event)
    if (!command) return
    event.preventDefault()
    // A reviewing page has keys of its own; a key that was meant for the simulation is not also one of those.
    event.stopPropagation()
    if (command.kind !== 'process') actions[command.kind]()
    else if (run && naming) perform(chooseProcess(run, command.pid, naming))
  }

  function choosePlayStopped(next: Setting) {
    play.stop()
    choose(next)
  }

  function replay(story: RunStory) {
    play.stop()
    dispatch({ kind: 'tell', story })
    root.current?.focus({ preventScroll: true })
    root.current?.scrollIntoView({ block: 'start' })
  }

  const linkToState = (shows = filter) =>
    stateAddress(window.location.href, data, setting, trace, run?.cursor ?? 0, shows)

  return (
    <section
      ref={root}
      className={frame.body}
      data-running
      data-layout={layout}
      data-quiet={(run !== null && !alarms) || undefined}
      data-guide={guidePart(guide)}
      tabIndex={-1}
      aria-label={`Simulation of ${data.model}`}
      onKeyDown={onKeyDown}
    >
      <div className={frame.top}>
        {onClose && (
          <p className={styles.head}>
            <strong>{caption}</strong>
            <ActionButton onAct={onClose} shortcut="Escape">
              Back to the text
            </ActionButton>
          </p>
        )}
        {recordable && <ClaimHead data={data} variant={setting.variant} property={setting.property} />}
        <div className={styles.settings}>
          <RunSettings
            variant={setting.variant}
            variants={data.variants.map(({ name }) => name)}
            onVariant={(name) => {
              const property = recordedProperty(data, name)
              choosePlayStopped({ ...setting, variant: name, property, mutant: null })
              if (layout === 'full') showVariantInAddress(name)
            }}
            property={setting.property}
            properties={properties}
            onProperty={(property) => choosePlayStopped({ ...setting, property })}
            annotated={annotated}
            buffered={setting.storeBuffers !== null}
            onBuffered={(on) =>
              choosePlayStopped({ ...setting, storeBuffers: on ? PAGE_STORE_BUFFERS : null })
            }
            play={play}
          />
          <p className={styles.parameters}>
            Parameters: {parameterWords(defines)}
            {setting.storeBuffers !== null && `; store buffers of ${setting.storeBuffers} entries`}.
          </p>
          {offeredTrace && (
            <ActionButton onAct={() => replay({ name: 'the recorded counterexample', trace: offeredTrace })}>
              Step through the recorded counterexample ({figure(offeredTrace.length, 'statement')})
            </ActionButton>
          )}
          <ActionButton onAct={actions.guide} shortcut="g" pressed={guide !== null}>
            Guide
          </ActionButton>
        </div>
        <SettingNote
          setting={setting}
          onChoose={(next) => {
            choosePlayStopped(next)
            // The button goes with the click, and would take the focus with it.
            root.current?.focus({ preventScroll: true })
          }}
        />
        {session.notice && <p className={styles.notice}>{session.notice}</p>}
        {guide !== null && <Guide step={guide} onStep={setGuide} onClose={closeGuide} />}
      </div>
      <div className={frame.bar}>
        <RunControls
          run={run}
          open={steps.length > 0}
          play={play}
          onReset={actions.reset}
          onBack={actions.back}
          onForward={actions.forward}
          onEnd={actions.end}
          onRandom={actions.random}
        />
        {run && naming && (
          <RunStatus
            run={run}
            naming={naming}
            onReturn={() => {
              if (run.story) dispatch({ kind: 'tell', story: run.story })
              // The button goes with the click, and would take the focus with it.
              root.current?.focus({ preventScroll: true })
            }}
          />
        )}
      </div>
      <div className={frame.main}>
        <div className={frame.pane}>
          <PaneTabs
            simulationId={data.id}
            tab={tab}
            onTab={setTab}
            beside={
              <>
                {run && mayComment && moment && isPublished(setting) && (
                  // The form opens in the text, which has to be there again before the click gets to it.
                  <span onClickCapture={onClose}>
                    <StepComment
                      slug={data.slug}
                      revision={data.revision}
                      simulation={data.id}
                      variant={setting.variant}
                      storeBuffers={setting.storeBuffers}
                      moment={moment}
                      step={run.cursor}
                      // A comment is on the step, whatever its writer left out of the story.
                      fragment={new URL(linkToState(WHOLE_STORY)).hash}
                    />
                  </span>
                )}
                {run && setting.edited === null && (
                  <CopyButton label="Copy link to this state" text={() => linkToState()} onSay={say} />
                )}
              </>
            }
            story={
              run ? (
                <Story
                  run={run}
                  onGo={go}
                  vocabulary={data.vocabulary}
                  property={setting.property}
                  end={end}
                  filter={filter}
                  onFilter={(wanted) => {
                    dispatch({ kind: 'filter', filter: wanted })
                    if (layout === 'full') showFilterInAddress(wanted)
                  }}
                />
              ) : (
                <section aria-label="What is wrong" className={frame.problems} onClickCapture={showClicked}>
                  <DiagnosticsList simulationId={data.id} files={shown.files} diagnostics={diagnostics} />
                </section>
              )
            }
            source={
              <SourcePane
                ref={source}
                data={shown}
                program={program}
                run={run}
                diagnostics={diagnostics}
                mutant={setting.mutant}
                look={look}
                isShown={tab === 'source'}
              />
            }
          />
        </div>
        {program && run && naming ? (
          <>
            <ScrollBox as="section" className={frame.processes} label="Processes">
              <ProcessPanel
                simulationId={data.id}
                program={program}
                state={currentState(run)}
                view={currentView(run)}
                steps={steps}
                ended={ended}
                telling={telling ?? undefined}
                onTake={take}
                onLook={setLook}
                onReveal={showSource}
              />
            </ScrollBox>
            <StatePanel
              className={frame.state}
              view={currentView(run)}
              changes={moment?.changes ?? []}
              naming={naming}
            />
            <div className={frame.lanes}>
              <TimeLine run={run} naming={naming} onGo={go} />
            </div>
          </>
        ) : (
          <p className={`${frame.processes} ${styles.notice}`}>
            This variant does not compile; what is wrong stands beside.
          </p>
        )}
      </div>
      <div className={frame.rest}>
        {program && trace.length > 0 && <RaceTable program={program} trace={trace} onSay={say} />}
        <CheckPanel
          check={check}
          busyWith={runningCheck(checks)?.variant ?? null}
          compares={recordable}
          onStart={() => startCheck(setting)}
          onCancel={cancelCheck}
          report={
            check?.kind === 'done' && (
              <VerdictReport
                verdict={check.verdict}
                engine={check.engine}
                elapsedMs={check.elapsedMs}
                program={program}
                data={data}
                setting={setting}
                recorded={recorded}
                onReplay={(schedule) => replay({ name: 'the counterexample', trace: schedule })}
                onLook={(span) => {
                  setLook(span)
                  showSource(span)
                }}
                onSay={say}
              />
            )
          }
        />
        <Experiments
          data={data}
          setting={setting}
          diagnostics={diagnostics}
          onChoose={choosePlayStopped}
          onSearch={startCheck}
        />
        <KeysHelp />
      </div>
      <p className={styles.said} role="status">
        {session.said}
      </p>
    </section>
  )
}
