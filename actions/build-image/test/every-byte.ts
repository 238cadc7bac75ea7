import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** filesHolding names the files of a folder that hold a text, as they are or when they are unpacked. */
export async function filesHolding(folder: string, text: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const holding: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const bytes = await readFile(path.join(entry.parentPath, entry.name));
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    if ([bytes, ...(isGzip ? [gunzipSync(bytes)] : [])].some((one) => one.includes(text))) holding.push(entry.name);
  }
  return holding;
}

/** FAILING is a Dockerfile of several stages that breaks in the middle of one, at FAILING_LINE. */
export const FAILING = `ARG BASE
FROM \${BASE} AS deps
RUN ["node", "-e", "console.log('deps')"]

FROM \${BASE} AS build
COPY --from=deps /etc/passwd /x
# the middle
RUN --mount=type=secret,id=npm ["node", "-e", \\
  "console.log('compiling'); console.error('error TS1: broken'); process.exit(3)"]
RUN ["node", "-e", "console.log('never')"]
FROM \${BASE}
COPY --from=build /x /y
`;
export const FAILING_LINE = '8';
