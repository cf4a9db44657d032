const LEVELS = new Set(['debug', 'info', 'warn', 'error']);
const FINDINGS = new Set(['find', 'findHere']);
const BROKEN = new Set(['InvariantError', 'StoreError']);

/**
 * The schemas of mongoose: the ledger reads and writes with the native driver, so of a schema only the
 * indexes have an effect, and how fast a question is answered is no test of this kind.
 */
const schemas = {
  shouldIgnore({ node }) {
    const isSchema = node.type === 'NewExpression' && node.callee.name === 'Schema';
    const isPart = isSchema || isField(node) || nameOf(node) === 'index';
    return isPart ? 'a schema of mongoose' : undefined;
  },
};

/** What several fields of a schema are: `{ type, required }`. */
function isField({ type, properties = [] }) {
  return type === 'ObjectExpression' && properties.some(({ key }) => key?.name === 'required');
}

/**
 * Texts that only people read: what a broken law is called, the phrase of a log line, the sentence of a
 * finding. Refusals that go to the outside are not among them.
 */
const texts = {
  shouldIgnore({ node, parent, key, listKey }) {
    const isText = node.type === 'StringLiteral' || node.type === 'TemplateLiteral';
    if (!isText || listKey !== 'arguments' || !isForPeople(parent, key)) return undefined;
    return 'a text that only people read';
  },
};

function isForPeople(call, place) {
  if (call.type === 'NewExpression') return BROKEN.has(call.callee.name);
  const name = nameOf(call);
  if (name === 'assert' || FINDINGS.has(name)) return place === 1;
  return LEVELS.has(name) && place === 1;
}

function nameOf({ type, callee }) {
  if (type !== 'CallExpression') return undefined;
  return callee.name ?? callee.property?.name;
}

export const strykerPlugins = [
  { kind: 'Ignore', name: 'schemas', value: schemas },
  { kind: 'Ignore', name: 'texts', value: texts },
];
