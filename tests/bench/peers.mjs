// W1 and W2 on npm packages: json-logic-engine (compiled rules), json-rules-engine, dayjs-business-time.
//     node peers.mjs DIR NODE_MODULES
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [, , folder, modules] = process.argv;
const need = createRequire(path.resolve(modules, 'package.json'));
const bytes = (name) => {
    const b = fs.readFileSync(path.join(folder, name));
    return b.buffer.slice(b.byteOffset, b.byteOffset + b.length);
};
const facts = new Uint32Array(bytes('facts.u32'));
const grades = new Uint8Array(bytes('grades.u8'));
const instants = Array.from(new BigInt64Array(bytes('instants.i64')), Number);
const dues = Array.from(new BigInt64Array(bytes('dues.i64')), Number);
const daysOff = fs.readFileSync(path.join(folder, 'days.txt'), 'utf8').split('\n').filter((l) => l.endsWith('off')).map((l) => l.slice(0, 10));

const ticket = (f) => ({
    stopped: !!(f & 1), workaround: !!(f & 2), safety: !!(f & 4), repeat: !!(f & 8), vip: !!(f & 16), dataloss: !!(f & 64), escalated: !!(f & 128),
    scope: (f >> 8) & 3, area: (f >> 10) & 3, claim: (f >> 14) & 3,
});

async function measure(peer, workload, count, one, expected) {
    const ns = [];
    let wrong = 0;
    for (let r = -1; r < 3; r++) {
        const begin = process.hrtime.bigint();
        for (let i = 0; i < count; i++) {
            const got = one(i);
            const value = got instanceof Promise ? await got : got;
            if (r < 0 && value !== expected(i)) wrong++;
        }
        if (r >= 0) ns.push(Number(process.hrtime.bigint() - begin) / count);
    }
    ns.sort((a, b) => a - b);
    console.log(JSON.stringify({ peer, workload, ns: ns[1], min: ns[0], max: ns[2], wrong, of: count }));
}

const V = (name) => ({ var: name });
const rule = {
    if: [V('safety'), 1, { and: [V('stopped'), { '!': V('workaround') }, { '>=': [V('scope'), 2] }] }, 1,
        { and: [V('dataloss'), { '==': [V('area'), 0] }] }, 1, { and: [V('stopped'), { '!': V('workaround') }] }, 2,
        { and: [{ '>=': [V('scope'), 2] }, { '==': [V('area'), 0] }] }, 2, { and: [V('repeat'), V('vip'), { '<=': [V('claim'), 1] }] }, 2,
        { and: [{ '>=': [V('area'), 2] }, { '!': V('escalated') }] }, 4, 3],
};
const tickets = Array.from(facts, ticket);

const { LogicEngine } = need('json-logic-engine');
const compiled = new LogicEngine().build(rule);
await measure('json-logic-engine', 'W1 filled', 100000, (i) => compiled(tickets[i]), (i) => grades[i]);

const { Engine } = need('json-rules-engine');
const is = (fact, operator, value) => ({ fact, operator, value });
const rows = [
    [[is('safety', 'equal', true)], 1],
    [[is('stopped', 'equal', true), is('workaround', 'equal', false), is('scope', 'greaterThanInclusive', 2)], 1],
    [[is('dataloss', 'equal', true), is('area', 'equal', 0)], 1],
    [[is('stopped', 'equal', true), is('workaround', 'equal', false)], 2],
    [[is('scope', 'greaterThanInclusive', 2), is('area', 'equal', 0)], 2],
    [[is('repeat', 'equal', true), is('vip', 'equal', true), is('claim', 'lessThanInclusive', 1)], 2],
    [[is('area', 'greaterThanInclusive', 2), is('escalated', 'equal', false)], 4],
    [[is('safety', 'equal', false)], 3],
];
const engine = new Engine();
let grade = 0;
rows.forEach(([all, result], i) => engine.addRule({
    conditions: { all }, priority: 100 - i, event: { type: String(result) },
    onSuccess: (event) => { grade = Number(event.type); engine.stop(); },
}));
await measure('json-rules-engine', 'W1 filled', 2000, async (i) => { await engine.run(tickets[i]); return grade; }, (i) => grades[i]);

process.env.TZ = 'America/New_York';
const dayjs = need('dayjs');
const plugin = need('dayjs-business-time');
dayjs.extend(plugin.default || plugin);
const hours = [{ start: '08:30:00', end: '12:00:00' }, { start: '13:30:00', end: '18:00:00' }];
dayjs.setHolidays(daysOff);
dayjs.setBusinessTime({ sunday: null, monday: hours, tuesday: hours, wednesday: hours, thursday: hours, friday: hours, saturday: null });
await measure('dayjs-business-time', 'W2 +4 h New York', 300, (i) => Number(dayjs(instants[i] * 1000).addBusinessMinutes(240)) / 1000, (i) => dues[i]);
