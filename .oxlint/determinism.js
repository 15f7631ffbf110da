// What may not occur in code that decides a run (everything under sim/ but the command line, and the laboratory, whose runs are real
// and have a real clock and real processes) or draws one (reports/):
// whatever can differ between two machines, two locales, two moments or two versions of Node. Node 20 and 24 disagree
// in the last bit of `**` and Math.pow; log, exp and sqrt agree, and are kept in one module so that a test can watch
// them. Engine rooms do not touch the host at all: no process, no console, no module of Node.

const ARITHMETIC = 'sim/kernel/arithmetic.ts';

/** Functions and constants of Math that are exact, hence the same everywhere. */
const EXACT_MATH = new Set(
  'abs ceil clz32 floor fround imul max min round sign trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2'.split(
    ' ',
  ),
);
/** Functions of Math that agreed on all supported versions of Node; for the arithmetic module alone. */
const MEASURED_MATH = new Set(['exp', 'log', 'sqrt']);

const BANNED_GLOBALS = new Map([
  ['Date', 'there is no clock but the virtual one'],
  ['Temporal', 'there is no clock but the virtual one'],
  ['performance', 'there is no clock but the virtual one'],
  ['setTimeout', 'schedule an event of the kernel'],
  ['setInterval', 'schedule an event of the kernel'],
  ['setImmediate', 'schedule an event of the kernel'],
  ['queueMicrotask', 'schedule an event of the kernel'],
  ['crypto', 'draw from a named random stream'],
  ['Intl', 'nothing may depend on a locale'],
  ['WeakRef', 'nothing may depend on garbage collection'],
  ['FinalizationRegistry', 'nothing may depend on garbage collection'],
  ['globalThis', 'it hides what this rule looks for'],
]);
const HOST_GLOBALS = new Set(['process', 'console', 'fetch', 'require']);

/** The rule, given how to find a file's path relative to the repository. */
export function determinism(relativePath) {
  return {
    meta: { type: 'problem', docs: { description: 'Nothing that differs between machines or moments' } },
    create(context) {
      const file = relativePath(context);
      const ofTheHost = file.startsWith('sim/cli/') || file.startsWith('sim/laboratory/');
      const inEngine = file.startsWith('sim/') && !ofTheHost;
      if (!inEngine && !file.startsWith('reports/')) return {};
      // Scenarios are read from files, and the version from package.json.
      const hostBanned = inEngine && !file.startsWith('sim/scenario/') && file !== 'sim/library/package.ts';

      function report(node, what, why) {
        context.report({ node, message: `${what} is banned here: ${why}` });
      }

      function checkModule(node) {
        const specifier = node.source?.value;
        if (hostBanned && typeof specifier === 'string' && specifier.startsWith('node:')) {
          report(node, specifier, 'the engine does not touch the host');
        }
      }

      return {
        'Program:exit'() {
          for (const identifier of globalNames(context)) {
            const why = BANNED_GLOBALS.get(identifier.name);
            if (why !== undefined) report(identifier, identifier.name, why);
            if (hostBanned && HOST_GLOBALS.has(identifier.name)) {
              report(identifier, identifier.name, 'the engine does not touch the host');
            }
            if (identifier.name === 'Math') checkMath(identifier, file, report);
          }
        },
        BinaryExpression(node) {
          if (node.operator === '**') report(node, '**', 'its last bit depends on the version of Node');
        },
        AssignmentExpression(node) {
          if (node.operator === '**=') report(node, '**=', 'its last bit depends on the version of Node');
        },
        ForInStatement(node) {
          report(node, 'for-in', 'iterate an array, a Map or Object.keys');
        },
        MemberExpression(node) {
          const name = node.computed ? node.property.value : node.property.name;
          if (typeof name === 'string' && (name === 'localeCompare' || name.startsWith('toLocale'))) {
            report(node.property, name, 'nothing may depend on a locale');
          }
        },
        MetaProperty(node) {
          if (hostBanned && node.meta.name === 'import') {
            report(node, 'import.meta', 'the engine does not touch the host');
          }
        },
        ImportDeclaration: checkModule,
        ImportExpression: checkModule,
        ExportNamedDeclaration: checkModule,
        ExportAllDeclaration: checkModule,
      };
    },
  };
}

/** Every use of a name that the file itself does not declare, known to oxlint's environments or not. */
function globalNames(context) {
  const scope = context.sourceCode.scopeManager.globalScope;
  const known = scope.variables.filter((variable) => variable.defs.length === 0);
  const references = [...scope.through, ...known.flatMap((variable) => variable.references)];
  return new Set(references.map((reference) => reference.identifier));
}

function checkMath(identifier, file, report) {
  const member = identifier.parent;
  if (member?.type !== 'MemberExpression' || member.object !== identifier || member.computed) {
    report(identifier, 'Math as a value', 'name the function that is used');
    return;
  }
  const name = member.property.name;
  if (EXACT_MATH.has(name)) return;
  if (MEASURED_MATH.has(name)) {
    if (file !== ARITHMETIC) report(member, `Math.${name}`, `use ${ARITHMETIC}`);
    return;
  }
  const why = name === 'random' ? 'draw from a named random stream' : 'its result depends on the platform';
  report(member, `Math.${name}`, why);
}
