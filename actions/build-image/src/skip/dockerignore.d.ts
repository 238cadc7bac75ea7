// Its own declarations lie where no resolver looks for them.
declare module '@balena/dockerignore' {
  interface Rules {
    /** Adds the lines of a .dockerignore. */
    add(text: string): Rules;
    ignores(path: string): boolean;
  }
  function dockerignore(): Rules;
  export = dockerignore;
}
