#!/usr/bin/env node
// npm links a bin only when its file is there at `npm ci`, so this one is committed; the program is TypeScript.
import { register } from 'tsx/esm/api';

// Before the program is loaded, which takes a second, and until it has ended: a signal at any time leaves nothing behind.
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => ending.abort());

register();
const { main } = await import('../src/cli.ts');
await main(process.argv.slice(2), ending.signal);
// Everything is closed: nothing that is still open may keep the process.
process.exit();
