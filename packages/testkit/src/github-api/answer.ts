/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as the routes see it. */
export interface Asked {
  /** The parts of the path that the route names, decoded. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** The whole address, for links to further pages. */
  readonly url: URL;
}

const DOCUMENTATION = 'https://docs.github.com/rest';

/** refusal returns an error as GitHub answers it. */
export function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: { message, documentation_url: DOCUMENTATION, status: String(status) }, headers };
}

/** invalid returns GitHub's 422, which names the field. */
export function invalid(resource: string, field: string, code = 'invalid'): Answer {
  const body = { message: 'Validation Failed', errors: [{ resource, field, code }], documentation_url: DOCUMENTATION };
  return { status: 422, body };
}

/** pageOf returns the page of a list that was asked for, with the Link header that leads to the others. */
export function pageOf(items: readonly unknown[], { query, url }: Asked): Answer {
  const { slice, headers } = cut(items, query, url);
  return { status: 200, body: slice, headers };
}

/** countedPageOf is {@link pageOf} where GitHub wraps the list: `{ total_count, workflow_runs }`. */
export function countedPageOf(name: string, items: readonly unknown[], { query, url }: Asked): Answer {
  const { slice, headers } = cut(items, query, url);
  return { status: 200, body: { total_count: items.length, [name]: slice }, headers };
}

function cut(items: readonly unknown[], query: URLSearchParams, url: URL) {
  const size = Math.min(Math.max(Number(query.get('per_page') ?? 30) || 30, 1), 100);
  const page = Math.max(Number(query.get('page') ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (rel: string, to: number): string => {
    const target = new URL(url);
    target.searchParams.set('page', String(to));
    return `<${target.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link('prev', page - 1), link('first', 1)] : []),
    ...(page < last ? [link('next', page + 1), link('last', last)] : []),
  ];
  const headers: Record<string, string> = links.length > 0 ? { link: links.join(', ') } : {};
  return { slice: items.slice((page - 1) * size, page * size), headers };
}
