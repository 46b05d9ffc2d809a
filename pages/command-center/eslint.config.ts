import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import accessibility from 'eslint-plugin-vuejs-accessibility';
import globals from 'globals';
import typescript from 'typescript-eslint';

export default typescript.config(
  { ignores: ['dist', 'public/theme.js'] },
  js.configs.recommended,
  typescript.configs.strict,
  vue.configs['flat/recommended'],
  accessibility.configs['flat/recommended'],
  prettier,
  {
    languageOptions: { globals: globals.browser, parserOptions: { parser: typescript.parser, extraFileExtensions: ['.vue'] } },
    rules: {
      'no-undef': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Our own fields bring their labels with them.
      'vuejs-accessibility/form-control-has-label': 'off',
      // A label's `for` or its content is enough; the components give both where they can.
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
    },
  },
);
