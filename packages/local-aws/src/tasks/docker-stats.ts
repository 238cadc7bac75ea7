import type { DockerCli } from './docker-cli.js';

/** What `docker stats` prints as JSON, as far as it is read: figures with units, and sometimes `--`. */
interface PrintedStats {
  readonly Name?: string;
  readonly MemUsage?: string;
  readonly NetIO?: string;
  readonly PIDs?: string;
}

/** Docker prints memory in powers of 1024 and traffic in powers of 1000. */
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/**
 * dockerStats asks the engine what a container uses, in the form of Docker's own statistics: memory, processes and
 * traffic. The counters of processor time, which the `docker` program does not tell, are absent.
 */
export async function dockerStats(docker: DockerCli, id: string): Promise<object> {
  const printed = await docker.run(['stats', '--no-stream', '--no-trunc', '--format', '{{json .}}', id]);
  return statsOf(id, JSON.parse(printed) as PrintedStats, new Date());
}

/** statsOf turns what `docker stats` prints into the numbers that it was made of. */
export function statsOf(id: string, printed: PrintedStats, read: Date): object {
  const [usage, limit] = pairOf(printed.MemUsage);
  const [received, sent] = pairOf(printed.NetIO);
  return {
    read: read.toISOString(),
    id,
    name: `/${printed.Name ?? ''}`,
    memory_stats: { usage, limit },
    pids_stats: { current: Number(printed.PIDs) || 0 },
    networks: { eth0: { rx_bytes: received, tx_bytes: sent } },
  };
}

function pairOf(text: string | undefined): readonly [number, number] {
  const [first = '', second = ''] = (text ?? '').split(' / ');
  return [bytesOf(first), bytesOf(second)];
}

function bytesOf(text: string): number {
  const [, figure, unit] = /^([\d.]+)\s*([A-Za-z]+)$/.exec(text.trim()) ?? [];
  return Math.round(Number(figure ?? 0) * (UNITS[unit ?? 'B'] ?? 1));
}
