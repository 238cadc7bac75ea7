/** What a program needs to find itself and its tools; nothing of ours, of GitHub's or of AWS's. */
const ALLOWED_VARIABLES =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|XDG_.*|SSH_AUTH_SOCK|DOCKER_.*|BUILDX_.*|BUILDKIT_.*|SSL_CERT_.*|(HTTPS?|NO|ALL|FTP)_PROXY|(https?|no|all|ftp)_proxy)$/;

/** childEnvironment returns the part of our environment that a program may see: no tokens, no inputs, no AWS keys. */
export function childEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const allowed: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && ALLOWED_VARIABLES.test(name)) allowed[name] = value;
  }
  return { ...allowed, ...extra };
}

/**
 * What a program of the user's own must not see of the job: our inputs and state, GitHub's tokens and the files by which
 * a step speaks to the runner, and AWS credentials.
 */
const WITHHELD_VARIABLES =
  /^(INPUT_.*|STATE_.*|ACTIONS_.*|GITHUB_(TOKEN|OUTPUT|ENV|PATH|STATE)|GH_TOKEN|AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|(SESSION|SECURITY)_TOKEN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_.*))$/;

/** jobEnvironment returns what a program of the user's own is to see: the job's environment without what is withheld. */
export function jobEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !WITHHELD_VARIABLES.test(entry[0]),
  );
  return { ...Object.fromEntries(given), ...extra };
}
