/** Runs a suite against a base URL in a process of its own, and prints its problems as JSON: `child.ts SUITE URL`. */
import { parseSuite, runSuite } from '../../src/index.js';

const [text = '', baseUrl = ''] = process.argv.slice(2);
const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
const { signal } = new AbortController();
const { checks } = await runSuite({ suite: parseSuite(text, 'checks.yml'), baseUrl, clock, signal });
process.stdout.write(JSON.stringify(checks.map(({ problems }) => problems)));
