import { AwsError } from '../service.js';

/** Gate counts the calls that are inside, and lets no more in once it is shut. */
export interface Gate {
  /**
   * enter lets a call in; what it returns is to be called when the call is over.
   *
   * @throws AwsError ServiceUnavailable once the gate is shut
   */
  enter(service: string | undefined): () => void;
  /** shut resolves when the last call that was inside is over: nothing makes anything after that. */
  shut(): Promise<void>;
}

/** Tasks that are being stopped still write their state; it ends with them and makes nothing that could be left. */
const OPEN_TO_THE_END = 'dynamodb';

/** createGate returns an open gate. */
export function createGate(): Gate {
  let inside = 0;
  let isShut = false;
  let empty: () => void = () => undefined;
  return {
    enter(service) {
      if (service === OPEN_TO_THE_END) return () => undefined;
      if (isShut) throw new AwsError('ServiceUnavailable', 'local-aws is closing.', { status: 503 });
      inside += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        inside -= 1;
        if (inside === 0) empty();
      };
    },
    shut() {
      isShut = true;
      return inside === 0 ? Promise.resolve() : new Promise((resolve) => (empty = resolve));
    },
  };
}
