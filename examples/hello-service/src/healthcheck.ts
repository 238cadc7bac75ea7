/** The image's own health check: exit 0 if this container's service says that it is healthy. */
const response = await fetch(`http://127.0.0.1:${process.env['PORT'] || '8080'}/health`, {
  signal: AbortSignal.timeout(2_000),
}).catch(() => undefined);
process.exit(response?.ok ? 0 : 1);
