import { fromAws } from './errors.js';

/** named gives a failed call the operation's name: `.catch(named('ecs:ListTasks'))`. */
export function named(operation: string): (error: unknown) => never {
  return (error) => {
    throw fromAws(operation, error);
  };
}
