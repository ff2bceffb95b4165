// SPDX-License-Identifier: MIT
//
// The page that `holdfast view` writes: what it shows follows from the data and from the location's
// hash, "#object=12" or "#type=text", so every view has an address of its own.
// tools/holdfast/view.c writes the data, column by column. Text is only ever set as text.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const nodes = readNodes();
const bySerial = new Map(nodes.map(node => [node.serial, node]));

function readNodes() {
  const columns = data.objects;
  const all = columns.serial.map((serial, i) => ({
    number: i, serial, type: columns.type[i], address: columns.address[i],
    bytes: columns.bytes[i], retained: columns.retained[i], count: columns.count[i],
    outside: columns.outside[i], flags: columns.flags[i], group: columns.group[i],
    stack: columns.stack[i], dominator: columns.dominator[i], from: columns.from[i],
    by: columns.by[i], restObjects: columns.rest_objects[i], restBytes: columns.rest_bytes[i],
    isGarbage: columns.garbage[i] === 1, restEdges: columns.rest_edges[i],
    children: [], edges: [], holders: [], heldBy: []
  }));
  for (const node of all) if (node.dominator >= 0) all[node.dominator].children.push(node);
  const edges = data.edges;
  for (let i = 0; i < edges.from.length; i++) {
    const edge = {from: all[edges.from[i]], to: all[edges.to[i]], isWeak: edges.weak[i] === 1,
      field: edgeName(edges.name[i], edges.index[i])};
    edge.from.edges.push(edge);
    edge.to.heldBy.push(edge);
  }
  for (const [node, references, stack, place] of data.holders) {
    all[node].holders.push({references, stack, place});
  }
  return all;
}

function edgeName(name, index) {
  return index ? `${data.strings[name]}[${index - 1}]` : data.strings[name];
}

// ---- words ----

function size(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (; bytes >= 1023.95 && unit + 1 < units.length; unit++) bytes /= 1024;
  return `${unit ? bytes.toFixed(1) : bytes} ${units[unit]}`;
}

const count = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
const typeName = number => data.types.name[number];
const nameOf = node => `${typeName(node.type)} #${node.serial}`;
const reasons = ['held from outside', 'immortal', 'waiting to die', 'in a garbage cycle'];

// element('p', {class: 'quiet'}, 'text', child...)
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== undefined && child !== null));
  return made;
}

const linkTo = node => element('a', {href: `#object=${node.serial}`}, nameOf(node));
const linkToType = type => element('a', {href: `#type=${encodeURIComponent(typeName(type))}`},
  typeName(type));

function stackBlock(number) {
  const frames = data.stacks[number];
  if (!frames || !frames.length) return null;
  return element('div', {class: 'stack'}, frames.map(frame => data.frames[frame]).join('\n'));
}

// ---- tables ----

// columns: [{title, isNumber, value(row), show(row)}]; sorted by the first number, most first.
function table(target, rows, columns) {
  let sorted = columns.findIndex(column => column.isSortedFirst), isUp = false;
  const body = element('tbody');
  const heads = columns.map((column, i) => {
    const button = element('button', {type: 'button'}, column.title);
    button.addEventListener('click', () => {
      isUp = sorted === i ? !isUp : !column.isNumber;
      sorted = i;
      fill();
    });
    return element('th', {scope: 'col', class: column.isNumber ? 'number' : undefined}, button);
  });
  function fill() {
    const value = columns[sorted].value;
    const order = rows.slice().sort((a, b) => {
      const x = value(a), y = value(b);
      return (x < y ? -1 : x > y ? 1 : 0) * (isUp ? 1 : -1);
    });
    heads.forEach((head, i) => {
      if (i === sorted) head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
      else head.removeAttribute('aria-sort');
    });
    body.replaceChildren(...order.map(row => element('tr', {}, ...columns.map(column =>
      element('td', {class: column.isNumber ? 'number' : undefined}, column.show(row))))));
  }
  fill();
  target.replaceChildren(element('thead', {}, element('tr', {}, ...heads)), body);
}

function numberColumn(title, value, isSortedFirst, show) {
  return {title, isNumber: true, value, isSortedFirst,
    show: row => show ? show(value(row)) : value(row).toLocaleString('en')};
}

function showTypes() {
  const types = data.types;
  const rows = types.name.map((name, i) => ({type: i, name, objects: types.objects[i],
    bytes: types.bytes[i], retained: types.retained[i]}));
  table(document.getElementById('types'), rows, [
    numberColumn('Objects', row => row.objects, false),
    numberColumn('Bytes', row => row.bytes, false, size),
    numberColumn('Retained', row => row.retained, true, size),
    {title: 'Type', value: row => row.name, show: row => linkToType(row.type)}]);
}

function showSites() {
  const rows = data.sites.map(([type, stack, held, objects, bytes]) =>
    ({type, stack, held, objects, bytes}));
  table(document.getElementById('sites'), rows, [
    numberColumn('Objects', row => row.objects, false),
    numberColumn('Bytes', row => row.bytes, true, size),
    {title: 'Type, and who made it', value: row => typeName(row.type), show: row => element('div',
      {}, linkToType(row.type), element('span', {class: 'quiet'}, `, ${row.held}`),
      stackBlock(row.stack))}]);
}

function showCycles() {
  const target = document.getElementById('cycles');
  if (!data.cycles.length) return;
  target.append(element('h2', {}, 'Garbage cycles'));
  for (const cycle of data.cycles) {
    const example = bySerial.get(cycle.example[0].serial);
    target.append(element('div', {class: 'cycle'},
      element('p', {}, element('code', {}, cycle.cycle)),
      element('p', {class: 'alarm'}, cycle.advice),
      element('p', {class: 'quiet'}, `${count(cycle.count, 'cycle')}, with `
        + `${count(cycle.objects, 'object')}, ${size(cycle.bytes)}`,
        example ? '; one begins at ' : '', example ? linkTo(example) : '')));
  }
}

// ---- the map: squarified (Bruls, Huizing and van Wijk 2000) ----

// Calls place(item, x, y, w, h) for each of the items, whose sizes are positive, largest first.
function squarify(items, x, y, w, h, place) {
  let total = items.reduce((sum, item) => sum + item.size, 0), next = 0;
  while (next < items.length && w > 0 && h > 0) {
    const short = Math.min(w, h), scale = w * h / total;
    let sum = 0, end = next, worst = Infinity;
    for (; end < items.length; end++) {
      const more = sum + items[end].size, thick = more * scale / short;
      const long = items[next].size * scale / thick, least = items[end].size * scale / thick;
      const ratio = Math.max(long / thick, thick / least, thick / long, least / thick);
      if (ratio > worst) break;
      worst = ratio;
      sum = more;
    }
    const thick = sum * scale / short;
    let at = 0;
    for (; next < end; next++) {
      const long = items[next].size * scale / thick;
      if (w >= h) place(items[next], x, y + at, thick, long);
      else place(items[next], x + at, y, long, thick);
      at += long;
    }
    if (w >= h) { x += thick; w -= thick; } else { y += thick; h -= thick; }
    total -= sum;
  }
}

const hue = type => (type * 137.508 + 200) % 360;
const TILES_MOST = 3000, LEAST = 8, HEAD = 17;

function tilesOf(children, restObjects, restBytes, own) {
  const items = children.filter(node => node.retained > 0)
    .map(node => ({size: node.retained, node}));
  if (restBytes > 0) items.push({size: restBytes, text: count(restObjects, 'smaller object')});
  if (own > 0 && items.length) items.push({size: own, text: 'its own bytes'});
  return items.sort((a, b) => b.size - a.size);
}

// What lies below node, or below nothing, with marked outlined.
function drawMap(node, marked) {
  const map = document.getElementById('map');
  const top = node ? tilesOf(node.children, node.restObjects, node.restBytes, node.bytes)
    : tilesOf(nodes.filter(one => one.dominator < 0), data.rest.objects, data.rest.bytes, 0);
  let tiles = 0;
  // A queue, so that what is higher in the tree is drawn before the tiles are used up.
  const queue = [{items: top, x: 0, y: 0, w: map.clientWidth, h: map.clientHeight}];
  map.replaceChildren();
  for (let box; (box = queue.shift());) {
    squarify(box.items, box.x, box.y, box.w, box.h, (item, x, y, w, h) => {
      if (w < LEAST || h < LEAST || tiles++ > TILES_MOST) return;
      const node = item.node, text = node ? `${nameOf(node)}, ${size(item.size)}`
        : `${item.text}, ${size(item.size)}`;
      const tile = element(node ? 'a' : 'div', {title: text,
        class: `tile${node ? '' : ' rest'}${w > 30 && h > 14 ? '' : ' small'}`,
        href: node ? `#object=${node.serial}` : undefined,
        'aria-current': node && node === marked ? 'true' : undefined,
        style: `left:${x}px;top:${y}px;width:${w}px;height:${h}px;`
          + (node ? `--hue:${hue(node.type)}` : '')}, w > 30 && h > 14 ? text : '');
      map.append(tile);
      if (node && w > 60 && h > 45 && (node.children.length || node.restBytes)) {
        queue.push({items: tilesOf(node.children, node.restObjects, node.restBytes, node.bytes),
          x: x + 3, y: y + HEAD, w: w - 6, h: h - HEAD - 3});
      }
    });
  }
}

// ---- one object ----

function showTrail(node) {
  const trail = document.getElementById('trail'), chain = [];
  for (let at = node; at; at = nodes[at.dominator]) chain.unshift(at);
  trail.replaceChildren(element('a', {href: '#'}, 'everything'));
  if (chain.length > 12) chain.splice(6, chain.length - 12, null);
  for (const at of chain) {
    trail.append(' \u203a ', at === null ? '\u2026' : at === node ? nameOf(at) : linkTo(at));
  }
}

function rootLine(node) {
  if (node.group >= reasons.length) return 'held by objects';
  if (node.group) return reasons[node.group];
  const frame = node.flags & 4 ? ', one of them its frame\u2019s' : '';
  return `held from outside by ${count(node.outside, 'reference')}${frame}`;
}

function pathList(node) {
  const list = element('ol', {class: 'path', id: 'path'}, element('li', {}, nameOf(node)));
  let steps = 0;
  for (; node.from >= 0; node = nodes[node.from], steps++) {
    if (steps > 200) continue;
    const from = nodes[node.from];
    list.append(element('li', {}, 'held by ',
      element('code', {}, `${typeName(from.type)}.${edgeName(...node.by)}`), ' of ',
      linkTo(from)));
  }
  if (steps > 200) list.append(element('li', {class: 'quiet'}, `${steps - 200} more steps`));
  if (node.from === -2) {
    list.append(element('li', {class: 'quiet'}, 'held by objects that are not on this page'));
    return list;
  }
  const last = element('li', {class: node.group === 3 ? 'alarm' : undefined},
    `${nameOf(node)} is ${rootLine(node)}`);
  for (const holder of node.holders) last.append(holderBlock(holder));
  list.append(last);
  return list;
}

function holderBlock(holder) {
  if (holder.place) {
    return element('div', {}, `its address stands in ${data.strings[holder.place]}`);
  }
  return element('div', {}, `${count(holder.references, 'reference')}, taken`
    + (holder.stack ? '' : ' at a place that is not known'), stackBlock(holder.stack));
}

function edgeTable(edges, other) {
  const list = element('table');
  table(list, edges, [
    {title: 'Field', value: edge => edge.field, isSortedFirst: true,
      show: edge => element('code', {}, edge.field + (edge.isWeak ? ' (weak)' : ''))},
    numberColumn('Retained', edge => other(edge).retained, false, size),
    {title: 'Object', value: edge => nameOf(other(edge)), show: edge => linkTo(other(edge))}]);
  return list;
}

function showObject(node) {
  const details = document.getElementById('details');
  const strong = node.heldBy.filter(edge => !edge.isWeak).length;
  const unseen = node.flags & 2 ? 0 : Math.max(0, node.count - node.outside - strong);
  const flags = [node.flags & 1 && 'waits to die', node.flags & 2 && 'never dies',
    node.flags & 4 && 'on a stack', node.isGarbage && 'garbage'].filter(Boolean);
  details.replaceChildren(element('h2', {id: 'object'}, nameOf(node)),
    element('p', {}, `${size(node.bytes)} at ${node.address}, retains ${size(node.retained)}; `
      + `${count(node.count, 'reference')}, ${node.outside} of them from outside`
      + (flags.length ? `; ${flags.join(', ')}` : '')));
  details.append(element('h3', {}, 'Why it is still there'), pathList(node));
  const made = stackBlock(node.stack);
  if (made) details.append(element('h3', {}, 'Made by'), made);
  if (node.edges.length || node.restEdges) {
    details.append(element('h3', {}, 'What it refers to'), edgeTable(node.edges, edge => edge.to));
    if (node.restEdges) details.append(notHere(node.restEdges, 'reference'));
  }
  if (node.heldBy.length || unseen) {
    details.append(element('h3', {}, 'What refers to it'),
      edgeTable(node.heldBy, edge => edge.from));
    if (unseen) details.append(notHere(unseen, 'reference'));
  }
  const hasMap = node.children.length > 0 || node.restBytes > 0;
  drawMap(hasMap ? node : nodes[node.dominator], node);
  showTrail(node);
}

const notHere = (number, noun) => element('p', {class: 'quiet'},
  `and ${count(number, noun)} that ${number === 1 ? 'is' : 'are'} not on this page`);

// ---- lists of objects ----

function showList(title, list) {
  const details = document.getElementById('details'), rows = element('table');
  table(rows, list.slice(0, 500), [
    numberColumn('Retained', node => node.retained, true, size),
    numberColumn('Bytes', node => node.bytes, false, size),
    {title: 'Object', value: node => node.serial, show: linkTo}]);
  details.replaceChildren(element('h2', {id: 'object'}, title), rows);
  drawMap(null, null);
  showTrail(null);
}

function showType(name) {
  const list = nodes.filter(node => typeName(node.type) === name);
  const type = data.types.name.indexOf(name);
  if (type < 0) return false;
  list.sort((a, b) => b.retained - a.retained);
  const all = data.types.objects[type];
  showList(`${name}: ${count(all, 'object')}`, list);
  const hidden = all - Math.min(list.length, 500);
  if (hidden) document.getElementById('details').append(notHere(hidden, 'object'));
  return true;
}

// ---- the page ----

function say(text) {
  document.getElementById('notice').textContent = text;
}

function show() {
  const hash = decodeURIComponent(location.hash.slice(1)), [key, ...rest] = hash.split('=');
  const value = rest.join('=');
  say(data.left_out ? `The ${count(nodes.length, 'object')} that retain most are on this page; `
    + `${count(data.left_out, 'smaller one')} are in the sums only.` : '');
  const node = key === 'object' ? bySerial.get(Number(value)) : undefined;
  if (node !== undefined) return showObject(node);
  if (key === 'type' && showType(value)) return;
  if (hash) say(`There is nothing like ${value || hash} on this page.`);
  showList('What retains most', nodes.slice().sort((a, b) => b.retained - a.retained).slice(0, 50));
}

function find(text) {
  const byAddress = nodes.find(node => node.address === text.toLowerCase());
  if (byAddress) return `object=${byAddress.serial}`;
  if (/^#?\d+$/.test(text)) return `object=${text.replace('#', '')}`;
  const names = data.types.name, lower = text.toLowerCase();
  const found = names.find(name => name === text)
    || names.find(name => name.toLowerCase().includes(lower));
  return `type=${encodeURIComponent(found || text)}`;
}

document.getElementById('search').addEventListener('submit', event => {
  event.preventDefault();
  const text = document.getElementById('query').value.trim();
  if (text) location.hash = find(text);
});
document.getElementById('names')
  .append(...data.types.name.map(value => element('option', {value})));
document.title = `Heap: ${data.file}`;
document.getElementById('title').textContent = data.file;
document.getElementById('totals').textContent = `${count(data.totals.objects, 'object')}, `
  + `${size(data.totals.bytes)}, ${count(data.totals.references, 'reference')}; `
  + (data.totals.garbage ? `garbage: ${count(data.totals.garbage, 'object')}, `
    + size(data.totals.garbage_bytes) : 'no garbage');
showTypes();
showSites();
showCycles();
addEventListener('hashchange', show);
addEventListener('resize', show);
show();
