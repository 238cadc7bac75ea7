/** registryOf returns the registry that an image's name begins with, as Docker tells it from a part of the path; undefined for none. */
export function registryOf(image: string): string | undefined {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : undefined;
}
