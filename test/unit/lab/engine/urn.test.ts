import { isProviderUrn, makeUrn, nameOfUrn, qualifiedType, STACK_TYPE, typeOfUrn } from "../../../../lab/engine/urn";

const place = { stack: "dev", project: "p" };
const stack = makeUrn({ ...place, type: STACK_TYPE, name: "p-dev" });

it("names a child of the stack by its own type alone", () => {
  expect(makeUrn({ ...place, parent: stack, type: "a:b:C", name: "x" })).toBe("urn:pulumi:dev::p::a:b:C::x");
});

it("names a child of a component by the chain of types", () => {
  const parent = makeUrn({ ...place, parent: stack, type: "g:index:G", name: "g" });
  const child = makeUrn({ ...place, parent, type: "a:b:C", name: "x" });
  expect(child).toBe("urn:pulumi:dev::p::g:index:G$a:b:C::x");
  expect(qualifiedType(child)).toBe("g:index:G$a:b:C");
  expect(typeOfUrn(child)).toBe("a:b:C");
});

it("keeps a name that itself holds the separator", () => {
  expect(nameOfUrn(makeUrn({ ...place, type: "a:b:C", name: "x::y" }))).toBe("x::y");
});

it("tells entries of providers from resources", () => {
  expect(isProviderUrn(makeUrn({ ...place, type: "pulumi:providers:pulumi-nodejs", name: "default" }))).toBe(true);
  expect(isProviderUrn(stack)).toBe(false);
});
