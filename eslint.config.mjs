import tseslint from "typescript-eslint";
import { shellText } from "./scripts/lint-shell-text.mjs";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // A floating promise here is an orphan SSH session.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "PropertyDefinition[definite=true]",
          message: "Use `declare readonly`: a definite field overwrites Pulumi's outputs.",
        },
      ],
      "no-console": "error",
    },
  },
  // JavaScript stands outside the TypeScript project: every rule that needs no types holds for it.
  { files: ["**/*.{js,mjs,cjs}"], extends: [tseslint.configs.disableTypeChecked] },
  // CommonJS has no other way to load a module.
  { files: ["**/*.cjs", "test/support/programs/**/*.js"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  // Text for a host's shell is made by the tag `sh` (provider/shell/sh.ts) and nowhere else.
  {
    files: ["**/*.ts"],
    ignores: ["provider/shell/**"],
    plugins: { house: { rules: { "shell-text": shellText } } },
    rules: { "house/shell-text": "error" },
  },
  { files: ["cli/**", "lab/**", "bench/**", "scripts/**", "test/**", "examples/**"], rules: { "no-console": "off" } },
);
