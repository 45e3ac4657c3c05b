// What a person types or pastes, as the service takes it (shared/domain/certificate/text.go).

const around = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]+|[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]+$/gu;

// bare is a text without white space and invisible characters around it.
export const bare = (text = '') => text.replace(around, '');

// digits is a number in digits without the signs and the prefix that address books write.
const digits = text => text.normalize('NFKC').replace(/\D/g, '').replace(/^(?:00)?86(?=1\d{10}$)/, '');

// A pasted text is made bare before it enters its field. Otherwise the field's maxlength would cut the
// text for the sake of the blanks.
addEventListener('paste', event => {
  const field = event.target;
  const given = event.clipboardData && event.clipboardData.getData('text/plain');
  if (!given || !field.matches || !field.matches('input[maxlength]:not([type=password])')) return;
  const text = field.inputMode === 'numeric' ? digits(given) : bare(given).replace(/\s*[\r\n]+\s*/g, ' ');
  if (text === given) return;
  event.preventDefault();
  document.execCommand('insertText', false, text); // keeps maxlength and what can be undone
});
