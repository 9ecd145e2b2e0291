import { isId } from '#bodies';
import { DomainError } from '#kernel';

/** An id in the address that its maker chooses. @throws DomainError `invalid` */
export const idOf = (name: string, id: string): string => {
  if (isId(id)) return id;
  throw new DomainError('invalid', 'validation', 'The id in the address is wrong.', {
    errors: [
      {
        pointer: `#/${name}`,
        code: 'id',
        detail: `${name} must be 1 to 64 letters, digits, dots, dashes or underscores and begin with a letter or digit.`,
      },
    ],
  });
};
