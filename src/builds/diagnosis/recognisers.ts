// What errors look like, tool by tool: the one table that says which line of a failing step a person would pick.
// Lines come without CodeArts' date and level and without colours. Judges single lines; which one wins, and where it
// stands in a file, is diagnosis.ts's. Each form stands here because of a log in test/build/diagnosis/.

export interface Recogniser {
  readonly tool: string;
  /** Groups: `message` (else the line), `file`, `line`, `column`. */
  readonly form: RegExp;
  /** The heaviest line is the reason; of equals the first. */
  readonly weight: number;
  /** Lines that have the form and mean nothing. */
  readonly except?: RegExp;
}

/** A compiler, or a test's own words, naming place and fault. */
const exact = 60;
/** What a tool prints in conclusion, naming the fault. */
const telling = 50;
/** An exception or an error with its message. */
const plain = 40;
/** An error that may be the consequence of another. */
const vague = 30;
/** Says little more than that something failed. */
const faint = 20;

const source =
  '(?<file>[^\\s:()\\[\\]"\'<>|]+\\.(?:java|kts?|scala|groovy|gradle|tsx?|jsx?|mts|cts|vue|c|cc|cpp|cxx|h|hh|hpp|m|mm|go|rs|py|rb|php|cs|swift))';

/** The first that fits a line is taken: the most telling ones come first. */
export const recognisers: readonly Recogniser[] = [
  {
    tool: 'Maven',
    form: form(`^${source}:\\[(?<line>\\d+),(?<column>\\d+)\\] (?!.*\\bwarning\\b)(?<message>.+)$`),
    weight: exact,
    except: /: warning:|\[(?:deprecation|unchecked)\]|uses unchecked|has been deprecated/,
  },
  {
    tool: 'javac',
    form: form(`^${source}:(?<line>\\d+): (?:error|错误): (?<message>.+)$`),
    weight: exact,
  },
  {
    tool: 'Kotlin',
    form: form(`^e: (?:file://)?${source}:(?: \\()?(?<line>\\d+)[:,] ?(?<column>\\d+)\\)?:? (?<message>.+)$`),
    weight: exact,
  },
  {
    tool: 'tsc',
    form: form(`^${source}\\((?<line>\\d+),(?<column>\\d+)\\): error (?<message>TS\\d+: .+)$`),
    weight: exact,
  },
  {
    tool: 'tsc',
    form: form(`^${source}:(?<line>\\d+):(?<column>\\d+) - error (?<message>TS\\d+: .+)$`),
    weight: exact,
  },
  {
    tool: 'gcc, clang',
    form: form(`^${source}:(?<line>\\d+):(?<column>\\d+): (?:fatal )?error: (?<message>.+)$`),
    weight: exact,
  },
  {
    tool: 'Go',
    form: form('^(?:vet: )?(?<file>[\\w./-]+\\.go):(?<line>\\d+):(?<column>\\d+): (?<message>.+)$'),
    weight: exact,
  },
  {
    tool: 'esbuild, vite',
    form: form(`^${source}:(?<line>\\d+):(?<column>\\d+): ERROR: (?<message>.+)$`),
    weight: exact,
  },
  {
    tool: 'rustc',
    form: /^error(?:\[E\d+\])?: (?<message>.+)$/,
    weight: telling,
    except: /could not compile|aborting due to|build failed|^error: Recipe|^error: script /,
  },
  { tool: 'pytest', form: /^FAILED (?<message>\S+::\S+.* - .+)$/, weight: exact + 1 },
  { tool: 'pytest', form: /^ERROR (?<message>\S+\.py(?:::\S+)?(?: - .+)?)$/, weight: exact },
  { tool: 'pytest', form: /^E {3,}(?<message>\S.*)$/, weight: telling },
  {
    tool: 'Surefire',
    form: /^ {0,4}(?<message>[\w$.]+\.[\w$]+:\d+(?:->[\w$.]+:\d+)* .+)$/,
    weight: telling,
  },
  { tool: 'Go test', form: /^\s*(?<message>--- FAIL: .+)$/, weight: telling },
  { tool: 'Go test', form: /^(?<message>panic: .+)$/, weight: telling, except: /\[recovered\]/ },
  { tool: 'Jest', form: /^\s*● (?<message>.+ › .+)$/, weight: telling },
  { tool: 'Vitest', form: /^\s*FAIL +(?<message>\S.* > .+)$/, weight: telling },
  { tool: 'Gradle', form: /^> (?<message>(?!Task |Run with |Get more ).+)$/, weight: vague },
  {
    tool: 'linker',
    form: /^(?:.*: )?(?<message>undefined reference to .+|cannot find -l\S+.*|ld: .*(?:not found|undefined).*)$/,
    weight: telling,
  },
  { tool: 'make', form: /^make(?:\[\d+\])?: \*\*\* (?<message>No rule to make target .+)$/, weight: telling },
  { tool: 'make', form: /^(?<message>make(?:\[\d+\])?: \*\*\* .+)$/, weight: faint },
  {
    tool: 'pip',
    form: /^ERROR: (?<message>(?:Could not find a version|No matching distribution|Could not open).+)$/,
    weight: telling,
  },
  {
    tool: 'npm',
    form: /^npm (?:ERR!|error) (?<message>(?:Missing script|Could not resolve|Cannot read|Invalid|404|notarget No matching|network ).+)$/i,
    weight: telling,
  },
  {
    tool: 'npm',
    form: /^npm (?:ERR!|error) (?<message>\S.+)$/i,
    weight: faint,
    except:
      /^npm (?:ERR!|error) (?:A complete log|code |errno |syscall |path |command |cwd |Lifecycle|workspace|location|signal|This is probably not|node_modules)/i,
  },
  {
    tool: 'Docker',
    form: /^ERROR: (?<message>failed to (?:build|solve|push|compute).+|.*pull access denied.+)$/,
    weight: plain,
  },
  {
    tool: 'Docker',
    form: /^(?<message>The command '.+' returned a non-zero code: \d+|COPY failed: .+|ADD failed: .+|manifest for .+ not found.*|Error response from daemon: .+|denied: .+|unauthorized: .+)$/,
    weight: plain + 1,
  },
  {
    tool: 'shell',
    form: /^(?<message>.+: (?:command not found|not found|No such file or directory|Permission denied|cannot execute.*|Is a directory|No space left on device))$/,
    weight: plain,
    except: /^#\d+|\bWARN/,
  },
  {
    tool: 'git',
    form: /^(?<message>fatal: .+)$/,
    weight: plain,
    except: /not a git repository \(or any|no tag exactly|No names found/,
  },
  {
    tool: 'Maven',
    form: /^(?<message>Failed to execute goal .+|Could not resolve dependencies .+|Non-resolvable parent POM.+)$/,
    weight: plain,
  },
  {
    tool: 'exception',
    form: /^(?:Caused by: |Exception in thread "[^"]*" |Uncaught )?(?<message>(?:[\w$]+[.])*[\w$]*(?:Exception|Error)\b(?: \[\w+\])?: .+)$/,
    weight: plain,
  },
  {
    tool: 'CMake',
    form: /^CMake Error at (?<file>[^:\s]+):(?<line>\d+) (?<message>\(.+)$/,
    weight: telling,
  },
  {
    tool: 'any',
    form: /^(?<message>(?:\S+: )?(?:fatal error|error|Error|ERROR|错误)[:：] ?\S.*)$/,
    weight: vague,
    except: /\b(?:0 errors?|no errors?)\b/i,
  },
  { tool: 'any', form: /^(?<message>BUILD FAILURE|BUILD FAILED.*|FAILED|FAIL\b.*)$/, weight: faint - 5 },
];

/** Where an error stands that does not say so itself; before it or after it. */
export const places: readonly { readonly form: RegExp; readonly stands: 'before' | 'after' }[] = [
  // rustc, swift
  { form: /^\s*--> (?<file>\S+):(?<line>\d+):(?<column>\d+)$/, stands: 'after' },
  // pytest
  { form: /^(?<file>\S+\.py):(?<line>\d+): \w+/, stands: 'after' },
  // Go test
  { form: /^\s+(?<file>[\w.-]+\.go):(?<line>\d+): /, stands: 'after' },
  // Java
  { form: /^\s+at (?<type>[\w$.]+)\.[\w$<>]+\((?<file>\w+\.\w+):(?<line>\d+)\)$/, stands: 'after' },
  // Node.js
  {
    form: /^\s+at (?:.+ \()?(?:file:\/\/)?(?<file>[^\s()]+\.[cm]?[jt]sx?):(?<line>\d+):(?<column>\d+)\)?$/,
    stands: 'after',
  },
  // Vitest
  { form: /^\s*❯ (?<file>\S+\.[cm]?[jt]sx?):(?<line>\d+):(?<column>\d+)$/, stands: 'after' },
  // Python
  { form: /^\s+File "(?<file>[^"]+)", line (?<line>\d+)/, stands: 'before' },
  // Gradle
  { form: /^(?:Build|Settings|Script) file '(?<file>[^']+)' line: (?<line>\d+)$/, stands: 'before' },
];

/** What a line must have to be worth a closer look; with or without CodeArts' date and level. */
export const looksWrong =
  /[Ee]rror|ERR|FAIL|ailed|ailure|xception|atal|DEV\.CB\.|ot found|o such|enied|nauthor|错误|panic|undefined|annot|non-zero|No |(?:^|\] )(?:E {3}|\s+at |> )|-->|[●×❯›→]|\*\*\*|\.\w{1,6}(?::[\d[]|\(\d|", line )|line: \d|\w:\d+ /;
/** The lines of a test run that goes well name failures too. */
export const looksWrongOnly = /\b(?:Failures|failures): 0, (?:Errors|errors): 0\b/;

/** CodeArts' own code. */
export const codeForm = /\bDEV\.CB\.\d+\b/;
/** CodeArts' own words on a failed step: `[Maven构建:external_post_maven] : [DEV.CB.0210043] …` */
export const verdictForm = /\[DEV\.CB\.\d+\][:：]?\s*(?<message>\S.*)$/;
/** Of CodeArts' own word on a step: told where the step's tools told nothing. */
export const verdictWeight = faint - 10;

function form(text: string): RegExp {
  return new RegExp(text);
}
