#!/usr/bin/env node
// npm links a bin only when its file is there at `npm ci`, so this one is committed; the program is TypeScript.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli.ts');
await main(process.argv.slice(2));
