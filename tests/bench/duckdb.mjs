// W5 on DuckDB with two threads: one statement over a table that is loaded already, the number of the month or year in it.
//     node duckdb.mjs DIR NODE_MODULES      reads lapses.csv and owed.i64 there
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [, , folder, modules] = process.argv;
const { DuckDBInstance } = createRequire(path.resolve(modules, 'package.json'))('@duckdb/node-api');
const bytes = fs.readFileSync(path.join(folder, 'owed.i64'));
const owed = new BigInt64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));

// What the n-th costs: free up to, base, step at, end.
const schedules = [[1, 500, 4, 20], [0, 800, 3, 20], [2, 300, 6, 30], [1, 1000, 3, 10], [0, 200, 9, 40], [3, 2000, 8, 50], [1, 5000, 4, 12], [5, 1500, 12, 60]];
const amount = `case kind ${schedules.map(([free, base, step, end], kind) =>
    `when ${kind} then case when n <= ${free} then 0 when n < ${step} then ${base} when n <= ${end} then ${2 * base} else 0 end`).join(' ')} end`;
const statement = `select engineer, sum(${amount}) from
    (select engineer, kind, row_number() over (partition by engineer, kind, period order by number) n from lapses) group by engineer`;

const database = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await database.connect();
await connection.run(`create table lapses as select * from read_csv('${path.join(folder, 'lapses.csv')}', header = false,
    columns = {'number': 'INTEGER', 'engineer': 'USMALLINT', 'kind': 'UTINYINT', 'period': 'INTEGER'})`);
const [[count]] = (await connection.runAndReadAll('select count(*) from lapses')).getRows();
const ns = [];
let rows;
for (let r = -1; r < 3; r++) {
    const begin = process.hrtime.bigint();
    rows = (await connection.runAndReadAll(statement)).getRows();
    if (r >= 0) ns.push(Number(process.hrtime.bigint() - begin) / Number(count));
}
ns.sort((a, b) => a - b);
const wrong = rows.filter(([engineer, sum]) => BigInt(sum) !== owed[engineer]).length + owed.length - rows.length;
console.log(JSON.stringify({ peer: 'DuckDB, two threads', workload: 'W5 Shanghai', ns: ns[1], min: ns[0], max: ns[2], wrong }));
