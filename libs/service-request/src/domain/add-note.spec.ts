import { at, closed, filed, requestId, specify } from '#testing';
import { addNote } from './add-note.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const given = specify({ initial: notFiled, evolve });
const note = (request: ServiceRequest) =>
  addNote({ text: 'Called back', visibility: 'customer', now: at('01:00') }, request);
const added = {
  type: 'NoteAdded',
  data: { requestId, text: 'Called back', visibility: 'customer', addedAt: at('01:00') },
} as const;

describe('adding a note', () => {
  it('records it with who may see it', () =>
    given(...filed('critical'))
      .when(note)
      .emits([added]));

  it('is possible on a settled request too', () =>
    given(...filed('critical'), closed(at('00:30')))
      .when(note)
      .emits([added]));

  it('is no answer and changes nothing else', () => {
    const before = given(...filed('critical'));
    expect(before.after(note).state).toEqual(before.state);
  });

  it('needs a request that is filed', () =>
    given().when(note).refuses({ kind: 'not-found', code: 'service-request-not-found' }));
});
