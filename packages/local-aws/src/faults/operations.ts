/** How the names of operations begin that change nothing. Of the registry no answer is remembered. */
const READ = /^(?!registry:)[^:]+:(BatchGet|Describe|Filter|Get|List|Query|Scan)/;

/** isRead tells by its name, `service:Operation`, whether an operation changes nothing. */
export function isRead(operation: string): boolean {
  return READ.test(operation);
}

/** matcherOf returns the test of a pattern in which `*` stands for any text. */
export function matcherOf(pattern: string): (operation: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^A-Za-z0-9_:-]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (operation) => expression.test(operation);
}
