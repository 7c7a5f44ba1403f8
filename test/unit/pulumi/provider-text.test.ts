import { providerText } from "../../../provider/pulumi";

describe("the provider text", () => {
  it("is the same for ever, byte for byte: it stands in every user's state", () => {
    expect(providerText("domu")).toBe('exports.handler=()=>require("pulumi-xen/lifecycle").provider("domu")');
  });
});
