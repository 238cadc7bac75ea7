/** megabytesOf reads the memory of a task, which is a text: `512`, or `1 GB`. */
export function megabytesOf(memory: string | undefined): number | undefined {
  const [, figure, gigabytes] = /^(\d+(?:\.\d+)?)\s*(GB)?$/i.exec(memory ?? '') ?? [];
  return figure === undefined ? undefined : Math.round(Number(figure) * (gigabytes === undefined ? 1 : 1024));
}

/** processorsOf reads the processor share of a task: units, of which 1,024 are one, or `.5 vCPU`. */
export function processorsOf(cpu: string | undefined): number | undefined {
  const [, figure, whole] = /^(\d*\.?\d+)\s*(vCPU)?$/i.exec(cpu ?? '') ?? [];
  return figure === undefined ? undefined : Number(figure) / (whole === undefined ? 1024 : 1);
}
