// Words and tokens of MBASIC 5.21, for colouring and completion.

const words = (text) => text.split(" ");

export const STATEMENTS = words(
  "AUTO CALL CHAIN CLEAR CLOSE COMMON CONT DATA DEF DEFDBL DEFINT DEFSNG DEFSTR DELETE DIM EDIT ELSE END ERASE ERROR FIELD FILES FOR " +
    "GET GOSUB GOTO IF INPUT KILL LET LINE LIST LLIST LOAD LPRINT LSET MERGE NAME NEW NEXT NULL ON OPEN OPTION BASE OUT POKE PRINT " +
    "PUT RANDOMIZE READ REM RENUM RESET RESTORE RESUME RETURN RSET RUN SAVE STEP STOP SWAP SYSTEM THEN TO TROFF TRON USING WAIT " +
    "WEND WHILE WIDTH WRITE",
);
export const OPERATORS = words("AND OR NOT XOR EQV IMP MOD");
export const FUNCTIONS = words(
  "ABS ASC ATN CDBL CHR$ CINT COS CSNG CVD CVI CVS EOF ERL ERR EXP FIX FN FRE HEX$ INKEY$ INP INPUT$ INSTR INT LEFT$ LEN LOC LOF " +
    "LOG LPOS MID$ MKD$ MKI$ MKS$ OCT$ PEEK POS RIGHT$ RND SGN SIN SPACE$ SPC SQR STR$ STRING$ TAB TAN USR VAL VARPTR",
);

const KIND = new Map([
  ...STATEMENTS.map((word) => [word, "kw"]),
  ...OPERATORS.map((word) => [word, "op"]),
  ...FUNCTIONS.map((word) => [word, "fn"]),
]);
const JUMPS = new Set(words("GOTO GOSUB THEN ELSE RESTORE RESUME RUN"));
const TOKEN =
  /"[^"]*"?|&H[0-9A-F]+|&O?[0-7]+|\d+\.?\d*(?:[ED][+-]?\d+)?[%!#]?|\.\d+(?:[ED][+-]?\d+)?[!#]?|'.*|\?|GO(?: TO(?![A-Z0-9.])| {2,}TO| SUB)|[A-Z][A-Z0-9.]*[$%!#]?|<>|[<>]=?|[-+*/\\^=]|[:;,()]/gi;

// Calls push(from, to, kind) for each part of a line that has a colour: ln kw fn op str num ref rem id.
export function tokenize(text, push) {
  const number = /^\s*(\d+)/.exec(text);
  if (number) push(number[0].length - number[1].length, number[0].length, "ln");
  let jump = false;
  TOKEN.lastIndex = number ? number[0].length : 0;
  for (let match; (match = TOKEN.exec(text)); ) {
    let [token] = match;
    const from = match.index;
    const bare = token.slice(0, -1).toUpperCase();
    if (/[$%!#]$/.test(token) && KIND.has(bare) && !KIND.has(token.toUpperCase())) token = bare; // PRINT#1
    const to = (TOKEN.lastIndex = from + token.length);
    if (token[0] === '"') push(from, to, "str");
    else if (token[0] === "'") push(from, to, "rem");
    else if (/^[\d.&]/.test(token)) push(from, to, jump ? "ref" : "num");
    else if (/^[A-Z]/i.test(token)) {
      const word = token.toUpperCase().replaceAll(" ", "");
      if (word === "REM") return push(from, text.length, "rem");
      push(from, to, KIND.get(word) ?? (/^FN.|^USR\d$/.test(word) ? "fn" : "id"));
      jump = JUMPS.has(word) || (jump && word === "TO");
    } else if (token === "?") push(from, to, "kw");
    else if (!/[:;,()]/.test(token)) push(from, to, "op");
    if (token === ":") jump = false;
  }
}
