// The laws of the house as lint rules: imports point up the list of rooms, and what decides a run uses no clock, no
// chance, no locale and no platform-dependent arithmetic. Paths are read relative to the working directory, so
// `oxlint` has to be started at the top of the repository (npm run lint does).

import path from 'node:path';
import { determinism } from './determinism.js';
import { importError, roomOf } from './rooms.js';

const importsPointUp = {
  meta: { type: 'problem', docs: { description: 'A room imports only rooms above it' } },
  create(context) {
    const from = relativePath(context);
    if (roomOf(from) === undefined) return {};

    function check(node, source, typeOnly) {
      const specifier = source?.value;
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const to = path.posix.join(path.posix.dirname(from), specifier);
      const message = importError(from, to, typeOnly);
      if (message !== undefined) context.report({ node, message });
    }

    return {
      ImportDeclaration(node) {
        check(node, node.source, node.importKind === 'type' || allTypes(node.specifiers, 'importKind'));
      },
      ExportNamedDeclaration(node) {
        check(node, node.source, node.exportKind === 'type' || allTypes(node.specifiers, 'exportKind'));
      },
      ExportAllDeclaration(node) {
        check(node, node.source, node.exportKind === 'type');
      },
      ImportExpression(node) {
        check(node, node.source, false);
      },
      TSImportType(node) {
        check(node, node.source, true);
      },
    };
  },
};

function allTypes(specifiers, kind) {
  return specifiers.length > 0 && specifiers.every((specifier) => specifier[kind] === 'type');
}

function relativePath(context) {
  return path.relative(context.cwd, context.filename).split(path.sep).join('/');
}

export default {
  meta: { name: 'house' },
  rules: { 'imports-point-up': importsPointUp, determinism: determinism(relativePath) },
};
