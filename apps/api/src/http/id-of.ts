import { isId } from '#bodies';
import { wrongFields } from '#kernel';

/** An id in the address that its maker chooses. @throws DomainError `invalid` */
export const idOf = (name: string, id: string): string => {
  if (isId(id)) return id;
  throw wrongFields([
    {
      pointer: `#/${name}`,
      code: 'id',
      detail: `${name} must be 1 to 64 letters, digits, dots, dashes or underscores and begin with a letter or digit.`,
    },
  ]);
};
