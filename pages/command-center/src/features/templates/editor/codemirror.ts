// The editor of a source: HTML or text with Jinja in it. Loaded when one is shown.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import type { Completion } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { html } from '@codemirror/lang-html';
import { closePercentBrace, jinja } from '@codemirror/lang-jinja';
import { HighlightStyle, bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';

import type { TemplateProblem, TemplateVariable } from '../template.ts';
import { spanOf } from './positions.ts';

const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: '13px', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '20px' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--faint)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--line)', borderRadius: '8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', fontFamily: 'var(--font-sans)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--accent-ink)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  '.cm-diagnostic': { fontFamily: 'var(--font-sans)', borderLeftColor: 'var(--danger)' },
});

const colors = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket], color: 'var(--info-ink)' },
  { tag: tags.attributeName, color: 'var(--accent-ink)' },
  { tag: [tags.attributeValue, tags.string], color: 'var(--success-ink)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword], color: 'var(--danger-ink)' },
  {
    tag: [tags.variableName, tags.special(tags.variableName), tags.propertyName, tags.brace, tags.processingInstruction],
    color: 'var(--warning-ink)',
  },
  { tag: [tags.function(tags.variableName), tags.number, tags.bool], color: 'var(--warning-ink)' },
]);

export interface SourceEditor {
  setText: (text: string) => void;
  setProblems: (problems: readonly TemplateProblem[]) => void;
  setVariables: (variables: readonly TemplateVariable[]) => void;
  insert: (text: string) => void;
  reveal: (problem: TemplateProblem) => void;
  focus: () => void;
  destroy: () => void;
}

export interface SourceEditorGiven {
  text: string;
  label: string;
  hint: string;
  readOnly: boolean;
  change: (text: string) => void;
}

const completions = (variables: readonly TemplateVariable[]): Completion[] =>
  variables.map((variable) => ({ label: variable.name, detail: variable.label, info: `As in: ${variable.example}`, type: 'variable' }));

export function mountSourceEditor(parent: HTMLElement, given: SourceEditorGiven): SourceEditor {
  const language = new Compartment();
  // A closing tag that somebody types would come twice.
  const withVariables = (variables: readonly TemplateVariable[]): Extension =>
    jinja({ base: html({ autoCloseTags: false }), variables: completions(variables) });
  let isSetting = false;

  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: given.text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightSpecialChars(),
        bracketMatching(),
        closeBrackets(),
        closePercentBrace,
        autocompletion({ icons: false }),
        language.of(withVariables([])),
        syntaxHighlighting(colors),
        theme,
        EditorView.lineWrapping,
        EditorState.readOnly.of(given.readOnly),
        EditorView.contentAttributes.of({ 'aria-label': given.label }),
        placeholder(given.hint),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isSetting) given.change(update.state.doc.toString());
        }),
      ],
    }),
  });

  return {
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      isSetting = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      isSetting = false;
    },
    setProblems: (problems) => {
      const source = view.state.doc.toString();
      const found = problems.map((problem) => ({ ...spanOf(source, problem), severity: 'error' as const, message: problem.message }));
      view.dispatch(setDiagnostics(view.state, found));
    },
    setVariables: (variables) => view.dispatch({ effects: language.reconfigure(withVariables(variables)) }),
    insert: (text) => {
      view.dispatch(view.state.replaceSelection(text), { scrollIntoView: true });
      view.focus();
    },
    reveal: (problem) => {
      const { from, to } = spanOf(view.state.doc.toString(), problem);
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
