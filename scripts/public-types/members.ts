/** The members of a public type, while they are put together. */
import type { Doc } from "./doc-text";

export interface Member {
  readonly name: string;
  readonly doc: Doc;
  /** `readonly name?: pulumi.Input<string>;` Made last: the types of a member that another one hides are not needed. */
  readonly text: () => string;
  /** Another member stands in its place, which may have no doc comment of its own. */
  readonly isOmitted?: boolean;
}

/** Own members hide inherited ones of the same name, but for what these say beyond them. */
export function merged(own: readonly Member[], inherited: readonly Member[]): Member[] {
  const rest = inherited.filter(({ name }) => !own.some((member) => member.name === name));
  return [
    ...own.map((member) => {
      const hidden = inherited.find(({ name }) => name === member.name);
      if (hidden === undefined) return member;
      return {
        ...member,
        doc: { text: member.doc.text === "" ? hidden.doc.text : member.doc.text, facts: hidden.doc.facts },
      };
    }),
    ...rest,
  ];
}

/** Of two members of one name the later one counts. */
export function collect(members: readonly Member[], member: Member): Member[] {
  return [...members.filter(({ name }) => name !== member.name), member];
}
