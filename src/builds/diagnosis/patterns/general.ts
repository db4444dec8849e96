// Lists the forms of errors that many tools share. They are tried last.

import type { ErrorPattern } from './pattern.ts';

export const generalErrors: readonly ErrorPattern[] = [
  {
    name: 'exception',
    expression:
      /^\s*(?:Exception in thread "[^"]*" |Unhandled exception\. |Unhandled Exception: |Uncaught )?(?<message>(?:[\w$]+\.)*[\w$]*(?:Exception|Error)(?: \[\w+\])?: .+)$/,
    weight: 40,
    except: /\b(?:0|no) errors?\b/i,
  },
  {
    name: 'statement of an error',
    expression: /^error: (?<message>.+)$/,
    weight: 50,
    except: /\b(?:0|no) errors?\b|^error: (?:Recipe|script) /i,
  },
  {
    name: 'line that begins with error',
    expression: /^(?<message>(?:[^\s:]+: )?(?:fatal error|error|Error|ERROR|Fatal error|错误)[:：] ?\S.*)$/,
    weight: 30,
    except: /\b(?:0|no) errors?\b/i,
  },
  {
    name: 'failed build',
    expression:
      /^(?<message>BUILD FAILURE|BUILD FAILED.*|Build FAILED.*|FAILED|FAIL\b.*|FAILED: .+|hvigor ERROR: .+)$/,
    weight: 10,
  },
];
