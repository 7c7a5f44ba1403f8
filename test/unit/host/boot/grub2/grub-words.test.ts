import { grubWords } from "../../../../../provider/host/boot/grub2/grub-words";

test.each([
  ["placeholder  a=1 'b[2]=c d'  ${xen_rm_opts}", ["a=1", "b[2]=c d", "${xen_rm_opts}"]],
  ['foo="a b" "bar=c \\"d\\"" x\\ y', ["foo=a b", 'bar=c "d"', "x y"]],
  ["'' \"\"", ["", ""]],
  ["", []],
])("%s is read as GRUB reads it", (text, words) => {
  expect(grubWords(text)).toEqual(words);
});
