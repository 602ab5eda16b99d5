// scopes.mjs MODULES GRAMMAR FILE…: what the editor's own engine makes of each file, one JSON array of [line, from, to, scope] a file.
import { createRequire } from 'module';
import fs from 'fs';
import path from 'path';

const [modules, grammarPath, ...files] = process.argv.slice(2);
const require = createRequire(path.resolve(modules) + '/');
const textmate = require('vscode-textmate');
const oniguruma = require('vscode-oniguruma');
await oniguruma.loadWASM(fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner: (s) => new oniguruma.OnigScanner(s), createOnigString: (s) => new oniguruma.OnigString(s) }),
    loadGrammar: async () => textmate.parseRawGrammar(fs.readFileSync(grammarPath, 'utf8'), grammarPath),
});
const grammar = await registry.loadGrammar('source.aftercare');
for (const file of files) {
    const out = [];
    let stack = textmate.INITIAL;
    fs.readFileSync(file, 'utf8').split('\n').forEach((line, i) => {
        const done = grammar.tokenizeLine(line, stack);
        stack = done.ruleStack;
        for (const token of done.tokens)
            out.push([i, token.startIndex, Math.min(token.endIndex, line.length), token.scopes[token.scopes.length - 1]]);
    });
    console.log(JSON.stringify(out));
}
