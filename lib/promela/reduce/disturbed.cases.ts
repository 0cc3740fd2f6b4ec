/**
 * Models in which one process must not go alone, each for one reason: an order that a reduction without that rule leaves
 * out is the one that goes wrong. For tests.
 */
export type DisturbedCase = {
  readonly rule: string
  readonly model: string
  readonly lossy?: boolean
}

const stays = 'proctype Q() { end: false }'

export const disturbedCases: readonly DisturbedCase[] = [
  {
    rule: 'somebody who goes round for ever is not all there is',
    model: 'active proctype P() { do :: skip od } active proctype Q() { assert(false) }',
  },
  {
    rule: 'what one stores another loads',
    model: 'byte x; active proctype P() { x = 1 } active proctype Q() { assert(x == 1) }',
  },
  {
    rule: 'what one loads another stores',
    model: 'byte x; active proctype P() { assert(x == 0) } active proctype Q() { x = 1 }',
  },
  {
    rule: 'the later statements of an atomic are part of the step',
    model: 'byte x; active proctype P() { atomic { skip; x = 1 } } active proctype Q() { assert(x == 1) }',
  },
  {
    rule: 'so are those of a d_step',
    model: 'byte x; active proctype P() { d_step { skip; x = 1 } } active proctype Q() { assert(x == 1) }',
  },
  {
    rule: 'a cell by an index of one’s own may be that of another',
    model: 'byte f[3]; active proctype P() { f[_pid + 1] = 1 } active proctype Q() { assert(f[_pid] == 1) }',
  },
  {
    rule: 'a cell by a variable index may be one that another has by his own',
    model:
      'byte f[3]; active proctype P() { byte i; atomic { i = 1; f[i] = 1 } } active proctype Q() { assert(f[_pid] == 1) }',
  },
  {
    rule: 'a cell by an index of one’s own may be one that another has by a variable',
    model:
      'byte f[3]; active proctype P() { f[_pid + 1] = 1 } active proctype Q() { byte i; i = 1; assert(f[i] == 1) }',
  },
  {
    rule: 'two senders',
    model:
      'chan c = [2] of { byte }; active proctype P() { c!1 } active proctype Q() { c!2 } active proctype R() { byte l; c?l; assert(l == 1) }',
  },
  {
    rule: 'two receivers',
    model:
      'chan c = [2] of { byte }; active proctype P() { byte l; c?l; assert(l == 1) } active proctype Q() { byte l; c?l } active proctype S() { c!1; c!2 }',
  },
  {
    rule: 'a receiver whose channel variable is set later',
    model:
      'chan c = [2] of { byte }; active proctype P() { byte l; c?l; assert(l == 1) } active proctype Q() { chan d; byte l; d = c; d?l } active proctype S() { c!1; c!2 }',
  },
  {
    rule: 'an else beside a receive looks at the channel',
    model:
      'chan c = [1] of { byte }; active proctype P() { c!1 } active proctype Q() { byte l; if :: c?l :: else -> assert(false) fi }',
  },
  {
    rule: 'an escape that receives looks at the channel',
    model:
      'chan c = [1] of { byte }; active proctype P() { c!1 } active proctype Q() { byte l; { assert(false) } unless { c?l } }',
  },
  {
    rule: 'a receive inside an atomic lets others in where it blocks',
    model:
      'chan c = [1] of { byte }; byte x; active proctype P() { c!1 } active proctype Q() { byte l; atomic { x = 1; c?l; x = 0 } } active proctype R() { assert(x == 0) }',
  },
  {
    rule: 'one’s own receive inside a d_step is possible or not at once',
    model:
      'chan c = [1] of { byte }; active proctype P() { byte l; d_step { l = 1; c?l }; assert(l == 1) } active proctype Q() { c!2 }',
  },
  {
    rule: 'a receive inside a d_step fails where it blocks',
    model:
      'chan c = [1] of { byte }; active proctype P() { c!1 } active proctype Q() { byte l; d_step { l = 1; c?l } }',
  },
  {
    rule: 'a send inside a d_step of one’s own fails where it blocks',
    model:
      'chan c = [1] of { byte }; active proctype P() { byte l; c?l; c?l } active proctype Q() { c!1; d_step { skip; c!2 } }',
  },
  {
    rule: 'the length of a channel is somebody else’s to change',
    model:
      'chan c = [1] of { byte }; active proctype P() { c!1 } active proctype Q() { assert(len(c) == 1) }',
  },
  {
    rule: 'so is it for him who asks first',
    model:
      'chan c = [1] of { byte }; active proctype P() { assert(len(c) == 0) } active proctype Q() { c!1 }',
  },
  {
    rule: 'a poll looks, too',
    model: 'chan c = [1] of { byte }; active proctype P() { c!1 } active proctype Q() { assert(c?[1]) }',
  },
  {
    rule: 'a receive that is not possible yet may become so',
    model:
      'chan a = [1] of { byte }; chan b = [1] of { byte }; active proctype P() { byte l; if :: a?l :: b?l -> assert(false) fi } active proctype Q() { a!1; b!1 }',
  },
  {
    rule: 'a send that is not possible yet may become so',
    model:
      'chan a = [1] of { byte }; chan b = [1] of { byte }; active proctype P() { b!1; if :: a!1 :: b!1 -> assert(false) fi } active proctype Q() { byte l; b?l }',
  },
  {
    rule: 'a message further back may come to fit',
    model:
      'chan c = [2] of { byte }; active proctype P() { if :: c??1 :: c??2 -> assert(false) fi } active proctype Q() { c!1; c!2 }',
  },
  {
    rule: 'a sorted send goes before what is there',
    model:
      'chan c = [2] of { byte }; active proctype P() { c!!2; c!!1 } active proctype Q() { byte l; c?l; assert(l == 1) }',
  },
  {
    rule: 'one who receives sees others sort',
    model:
      'chan c = [2] of { byte }; active proctype P() { byte l; c?l; assert(l == 2) } active proctype Q() { c!!2; c!!1 }',
  },
  {
    rule: 'a send may be lost where it is lossy',
    lossy: true,
    model:
      'chan c = [1] of { byte }; active proctype P() { c!1; c!2 } active proctype Q() { byte l; c?l; end: c?l; assert(false) }',
  },
  {
    rule: 'a receive makes room where sends are lost',
    lossy: true,
    model:
      'chan c = [1] of { byte }; active proctype P() { byte l; c?l; c?l } active proctype Q() { c!1; c!2 }',
  },
  {
    rule: '`provided` is read by him whom it stops',
    model: 'byte x; active proctype P() { x = 1 } active proctype Q() provided (x == 0) { assert(false) }',
  },
  {
    rule: 'whoever is `provided` may be stopped at each of his statements',
    model:
      'byte x; active proctype P() provided (x == 0) { byte l; l = 1; l = 2 } active proctype Q() { x = 1 }',
  },
  {
    rule: 'a process that starts may store what nobody does now',
    model: 'byte x; active proctype P() { assert(x == 0) } proctype Q() { x = 1 } init { run Q() }',
  },
  {
    rule: 'a process that starts reads what its locals begin with',
    model:
      'byte x; active proctype P() { x = 1 } proctype Q() { byte l = x; assert(l == 1) } init { run Q() }',
  },
  {
    rule: 'so does he who starts it',
    model:
      'byte x; proctype Q() { byte l = x; assert(l == 0) } init { run Q() } active proctype P() { x = 1; end: false }',
  },
  {
    rule: 'the pid of a process depends on who starts one first',
    model: `${stays} active proctype P() { byte l; l = run Q(); end: false } active proctype S() { byte l; l = run Q(); assert(l == 3); end: false }`,
  },
  {
    rule: 'and on who has ended',
    model: `${stays} active proctype P() { byte l; l = run Q(); assert(l == 1) } active proctype S() { skip }`,
  },
  {
    rule: 'who starts a process sees others end',
    model: `${stays} active proctype P() { byte l; l = run Q(); assert(l == 2); end: false } active proctype S() { skip }`,
  },
  {
    rule: '_nr_pr sees a process end',
    model: 'active proctype P() { assert(_nr_pr == 1) } active proctype S() { skip }',
  },
  {
    rule: 'who reads _nr_pr sees others end',
    model: 'active proctype P() { _nr_pr == 2; skip; assert(_nr_pr == 2) } active proctype S() { skip }',
  },
  {
    rule: 'a channel goes with the process that brought it',
    model:
      'chan g = [1] of { chan }; active proctype P() { chan d; g?d; d!1 } active proctype Q() { chan mine = [1] of { byte }; g!mine }',
  },
  {
    rule: 'where a process stands may be seen',
    model: 'active proctype P() { skip; L: skip } active proctype Q() { assert(!P@L) }',
  },
  {
    rule: 'so may its locals',
    model: 'active proctype P() { byte l; l = 1; l = 2 } active proctype Q() { assert(P:l != 1) }',
  },
  {
    rule: 'and which of a proctype is the youngest',
    model:
      'proctype R(byte n) { end: false } active proctype P() { byte l; l = run R(1); end: false } active proctype Q() { R:n == 0 -> assert(false) } ',
  },
  {
    rule: 'an event trace sees who sends and who receives first',
    model:
      'chan a = [1] of { byte }; chan b = [1] of { byte }; trace { a!1; b!1; do :: a?1 :: b?1 od } active proctype P() { byte l; a!1; a?l } active proctype Q() { byte l; b!1; b?l }',
  },
  {
    rule: 'an event trace sees who sends first',
    model:
      'chan a = [1] of { byte }; chan b = [1] of { byte }; trace { a!1; b!1 } active proctype P() { a!1 } active proctype Q() { b!1 }',
  },
  {
    rule: 'an else beside the send of a rendezvous sees who is ready to receive',
    model:
      'chan r = [0] of { byte }; active proctype P() { skip; end: r?_ } active proctype Q() { if :: r!1 :: else -> assert(false) fi }',
  },
  {
    rule: 'so does an escape',
    model:
      'chan r = [0] of { byte }; active proctype P() { skip; end: r?_ } active proctype Q() { { assert(false) } unless { r!1 } }',
  },
  {
    rule: 'so does an atomic that lets others in where nobody is ready',
    model:
      'chan r = [0] of { byte }; byte x; active proctype P() { skip; end: r?_ } active proctype Q() { atomic { x = 1; r!1; x = 0 } } active proctype R() { assert(x == 0) }',
  },
  {
    rule: 'one who is ready may be one who starts',
    model:
      'chan r = [0] of { byte }; proctype P() { end: r?_ } init { run P() } active proctype Q() { if :: r!1 :: else -> assert(false) fi; end: false }',
  },
  {
    rule: 'or one whose channel came with him',
    model:
      'chan r = [0] of { byte }; proctype P(chan c) { skip; end: c?_ } init { run P(r) } active proctype Q() { if :: r!1 :: else -> assert(false) fi; end: false }',
  },
]
