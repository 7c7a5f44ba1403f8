/**
 * The lint rule "shell-text": text for a host's shell is made by the tag sh`…` and in no other way.
 *
 * Types hold most of it: ShellText has a private constructor, and a step's or question's script must be one. This rule
 * closes the ways around them (casts, `vouchedFor`, `sh` called as a function), and keeps plain strings away from where
 * a string is what is sent: the calls of a session, of ssh2 and of child processes. Its test: test/unit/lint.
 */
const SENDERS = new Set(["run", "runFed", "exec"]);
const SHELLS = /(^|\/)(sh|ash|dash|bash|busybox|zsh|ksh)$/;
const STRING_MAKERS = new Set(["concat", "join", "replace", "replaceAll", "padEnd", "padStart", "repeat", "trim"]);

const messages = {
  vouched: "Shell text is made with the tag sh`…`; only provider/shell may vouch for text by hand.",
  value: "ShellText is a type here: import it with `type`. Text of it is made with the tag sh`…`.",
  cast: "Nothing becomes shell text by a cast. Make it with the tag sh`…`.",
  tag: "`sh` is a tag: sh`…`. Called in another way it takes text that nobody has quoted.",
  library: 'A file of shell or Python is named where it is used: libraryText(__dirname, "name.sh").',
  script: "A script is made with the tag sh`…`, never of plain text.",
  loose: "Shell text that is taken apart and put together as a string is no longer quoted. Put it into sh`…`.",
  sent: "What is sent to a shell comes framed from sh`…` (host-script.ts), never from a string put together here.",
  quote: "Values are quoted by the tag sh`…`; only provider/remote quotes by hand, for a login shell's one word.",
  process: "Only provider/remote starts programs, and never through a shell of this machine.",
};

/** @type {import("eslint").Rule.RuleModule} */
export const shellText = {
  meta: { type: "problem", messages, schema: [] },
  create(context) {
    const path = context.filename.replaceAll("\\", "/");
    const isProduct = path.includes("/provider/");
    const isRemote = path.includes("/provider/remote/");
    const services = context.sourceCode.parserServices;
    const report = (node, messageId) => context.report({ node, messageId });

    /** Does this type, or a part of it, mean ShellText? */
    const holdsShellText = (type) =>
      type.getSymbol()?.getName() === "ShellText" || (type.isUnionOrIntersection() && type.types.some(holdsShellText));

    const isShellText = (node) => holdsShellText(services.getTypeAtLocation(node));

    /** A string that is made on the spot, or was made in a constant that we can see. */
    function isHandmade(node, depth = 0) {
      if (node === undefined || node === null || depth > 5) return false;
      switch (node.type) {
        case "Literal":
          return typeof node.value === "string";
        case "TemplateLiteral":
          return true;
        case "BinaryExpression":
          return node.operator === "+";
        case "ConditionalExpression":
          return isHandmade(node.consequent, depth + 1) || isHandmade(node.alternate, depth + 1);
        case "LogicalExpression":
          return isHandmade(node.left, depth + 1) || isHandmade(node.right, depth + 1);
        case "TSAsExpression":
        case "TSTypeAssertion":
        case "TSNonNullExpression":
        case "TSSatisfiesExpression":
          return isHandmade(node.expression, depth + 1);
        case "CallExpression":
          return (
            (node.callee.type === "MemberExpression" && STRING_MAKERS.has(node.callee.property.name)) ||
            node.callee.name === "String"
          );
        case "Identifier": {
          const variable = findVariable(context.sourceCode.getScope(node), node.name);
          return (variable?.defs ?? []).some(
            (definition) =>
              definition.type === "Variable" &&
              (isHandmade(definition.node.init, depth + 1) ||
                variable.references.some(
                  (reference) => reference.isWrite() && isHandmade(reference.writeExpr, depth + 1),
                )),
          );
        }
        default:
          return false;
      }
    }

    function checkCast(node) {
      if (node.typeAnnotation.type === "TSTypeReference" && node.typeAnnotation.typeName.name === "const") return;
      if (holdsShellText(services.getTypeAtLocation(node)) && !isShellText(node.expression)) report(node, "cast");
    }

    function checkImport(node, module) {
      if (!/(^|\/)shell(\/sh|\/index)?$|^\.\/sh$/.test(module)) return;
      const name = node.imported?.name ?? node.local?.name;
      const isType = node.importKind === "type" || node.parent.importKind === "type";
      if (name === "ShellText" && !isType) report(node, "value");
      if (name === "quote" && isProduct && !isRemote) report(node, "quote");
    }

    /** Only `libraryText(__dirname, "name.sh")`, so that who reads the code finds the file, and no value names one. */
    function checkLibrary(node) {
      const { parent } = node;
      if (/^(ImportSpecifier|ExportSpecifier)$/.test(parent.type)) return;
      const [folder, name] = parent.type === "CallExpression" && parent.callee === node ? parent.arguments : [];
      if (folder?.name !== "__dirname" || typeof name?.value !== "string") report(node, "library");
    }

    return {
      MemberExpression(node) {
        const name = node.computed ? node.property.value : node.property.name;
        if (name === "vouchedFor") report(node, "vouched");
      },
      "ObjectPattern > Property"(node) {
        if ((node.key.name ?? node.key.value) === "vouchedFor") report(node, "vouched");
      },
      ImportSpecifier(node) {
        checkImport(node, node.parent.source.value);
      },
      ImportNamespaceSpecifier(node) {
        if (/(^|\/)shell(\/sh|\/index)?$/.test(node.parent.source.value)) report(node, "value");
      },
      TSAsExpression: checkCast,
      TSTypeAssertion: checkCast,
      Identifier(node) {
        if (node.name === "libraryText" && isProduct) checkLibrary(node);
        if (node.name !== "sh") return;
        const { parent } = node;
        if (parent.type === "TaggedTemplateExpression" && parent.tag === node) return;
        if (/^(ImportSpecifier|ExportSpecifier|TSTypeQuery|TSQualifiedName)$/.test(parent.type)) return;
        if (parent.type === "Property" && parent.key === node && !parent.shorthand) return;
        if (parent.type === "MemberExpression" && parent.property === node && !parent.computed) return;
        const variable = findVariable(context.sourceCode.getScope(node), "sh");
        if ((variable?.defs ?? []).some(({ type }) => type === "ImportBinding")) report(node, "tag");
      },
      Property(node) {
        if ((node.key.name ?? node.key.value) !== "script" || !isProduct) return;
        if (isHandmade(node.value)) report(node.value, "script");
      },
      "MemberExpression[property.name='text']"(node) {
        if (!isProduct || !isShellText(node.object)) return;
        const { parent } = node;
        const isCalledOn =
          parent.type === "MemberExpression" && parent.object === node && STRING_MAKERS.has(parent.property.name);
        const isInTemplate = parent.type === "TemplateLiteral" && parent.parent.type !== "TaggedTemplateExpression";
        if (parent.type === "BinaryExpression" || isInTemplate || isCalledOn) report(node, "loose");
      },
      CallExpression(node) {
        const { callee } = node;
        const [first] = node.arguments;
        const name = callee.type === "MemberExpression" ? callee.property.name : callee.name;
        if (isRemote && callee.type === "MemberExpression" && SENDERS.has(name)) {
          const isRegExp = services.getTypeAtLocation(callee.object).getSymbol()?.getName() === "RegExp";
          if (!isRegExp && isHandmade(first)) report(first, "sent");
        }
        if (!isProduct || !/^(spawn|spawnSync|execFile|execFileSync)$/.test(name ?? "")) return;
        if (first?.type === "Literal" && SHELLS.test(String(first.value))) report(node, "process");
        for (const argument of node.arguments) {
          if (argument.type !== "ObjectExpression") continue;
          const shell = argument.properties.find((property) => property.key?.name === "shell");
          if (shell !== undefined && shell.value.value !== false) report(shell, "process");
        }
      },
      ImportDeclaration(node) {
        if (!isProduct || !/^(node:)?child_process$/.test(node.source.value)) return;
        if (!isRemote) report(node, "process");
        for (const specifier of node.specifiers) {
          const isType = node.importKind === "type" || specifier.importKind === "type";
          if (!isType && !/^(spawn|spawnSync|execFile|execFileSync)$/.test(specifier.imported?.name ?? ""))
            report(specifier, "process");
        }
      },
    };
  },
};

function findVariable(scope, name) {
  for (let at = scope; at !== null; at = at.upper) {
    const found = at.set.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
