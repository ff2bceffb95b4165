// SPDX-License-Identifier: MIT
//
// Compares what Chrome DevTools' own loader and memlab make of a snapshot with what the library
// says of it.
// Knows both readers. check.mjs SNAPSHOT ANSWERS, where ANSWERS is what subject.c printed.
// The readers know the root and its groups as nodes; to the library these are no objects.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { MessageChannel } from 'node:worker_threads';

const LAST_SYNTHETIC_ID = 31;
const [snapshotPath, answersPath] = process.argv.slice(2);

function readAnswers() {
  const objects = new Map();
  const edges = [];
  for (const line of readFileSync(answersPath, 'utf8').trim().split('\n')) {
    const [kind, ...words] = line.split(' ');
    if (kind === 'object') {
      const [id, retained, dominator] = words.map(Number);
      objects.set(id, `${retained} ${dominator}`);
    } else {
      edges.push(words.join(' '));
    }
  }
  return { objects, edges: edges.sort() };
}

const dominatorOf = id => (id <= LAST_SYNTHETIC_ID ? 0 : id);

// ---- DevTools ----

async function readWithDevTools() {
  Promise.withResolvers ??= () => {
    let resolve, reject;
    const promise = new Promise((a, b) => [resolve, reject] = [a, b]);
    return { promise, resolve, reject };
  };
  globalThis.self ??= globalThis;
  const { HeapSnapshotLoader, SecondaryInitManager } = await import('./devtools.mjs');
  const loader = new HeapSnapshotLoader({ sendEvent() {} });
  loader.write(readFileSync(snapshotPath, 'utf8'));
  loader.close();
  await loader.parsingComplete;
  const channel = new MessageChannel();
  new SecondaryInitManager(channel.port2);
  const snapshot = await loader.buildSnapshot(channel.port1);
  const objects = new Map();
  const edges = [];
  const nodeAt = index => snapshot.createNode(index);
  for (let i = 0; i < snapshot.nodeCount; i++) {
    const node = nodeAt(i * snapshot.nodeFieldCount);
    if (node.id() <= LAST_SYNTHETIC_ID) continue;
    const dominator = dominatorOf(nodeAt(node.dominatorIndex()).id());
    objects.set(node.id(), `${node.retainedSize()} ${dominator}`);
    if (node.distance() < 2) throw new Error(`object ${node.id()} is not reachable`);
    // From the side of the retained, so that retainers are what is compared.
    for (const it = node.retainers(); it.hasNext(); it.next()) {
      const retainer = it.retainer.node();
      if (retainer.id() <= LAST_SYNTHETIC_ID) continue;
      const strength = it.retainer.edge().type() === 'weak' ? 'weak' : 'strong';
      edges.push(`${retainer.id()} ${node.id()} ${it.retainer.edge().name()} ${strength}`);
    }
  }
  return { objects, edges: edges.sort() };
}

// ---- memlab ----

async function readWithMemlab() {
  const { utils, analysis } = createRequire(import.meta.url)('@memlab/core');
  const snapshot = await utils.getSnapshotFromFile(snapshotPath, { buildNodeIdIndex: true });
  analysis.preparePathFinder(snapshot);
  const objects = new Map();
  const edges = [];
  snapshot.nodes.forEach(node => {
    if (node.id <= LAST_SYNTHETIC_ID) return;
    objects.set(node.id, `${node.retainedSize} ${dominatorOf(node.dominatorNode.id)}`);
    for (const edge of node.referrers) {
      if (edge.fromNode.id <= LAST_SYNTHETIC_ID) continue;
      const strength = edge.type === 'weak' ? 'weak' : 'strong';
      edges.push(`${edge.fromNode.id} ${node.id} ${edge.name_or_index} ${strength}`);
    }
  });
  return { objects, edges: edges.sort() };
}

// ---- comparison ----

function compare(reader, theirs, ours) {
  const faults = [];
  for (const [id, answer] of ours.objects) {
    if (theirs.objects.get(id) !== answer) {
      faults.push(`object ${id}: ours ${answer}, theirs ${theirs.objects.get(id)}`);
    }
  }
  if (theirs.objects.size !== ours.objects.size) {
    faults.push(`${ours.objects.size} objects are ${theirs.objects.size}`);
  }
  for (let i = 0; i < Math.max(ours.edges.length, theirs.edges.length); i++) {
    if (ours.edges[i] !== theirs.edges[i]) {
      faults.push(`edge: ours ${ours.edges[i]}, theirs ${theirs.edges[i]}`);
      break;
    }
  }
  for (const fault of faults.slice(0, 10)) console.error(`${reader}: ${fault}`);
  console.log(`${reader}: ${theirs.objects.size} objects, ${theirs.edges.length} references, ` +
              `${faults.length} differences`);
  return faults.length === 0;
}

const ours = readAnswers();
const readers = { DevTools: readWithDevTools, memlab: readWithMemlab };
let agree = true;
for (const [name, read] of Object.entries(readers)) {
  agree = compare(name, await read(), ours) && agree;
}
process.exit(agree ? 0 : 1);
