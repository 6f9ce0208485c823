package org.kiln.schema;

import java.util.Map;
import java.util.function.IntPredicate;

/** The Unicode properties that regular expressions may name. */
final class UnicodeProperty {
  private static final String[] CATEGORIES = {
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc",
    "Cf", "", "Co", "Cs", "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf"
  };
  private static final Map<String, String> LONG_NAMES =
      Map.ofEntries(
          Map.entry("Letter", "L"),
          Map.entry("Cased_Letter", "LC"),
          Map.entry("Uppercase_Letter", "Lu"),
          Map.entry("Lowercase_Letter", "Ll"),
          Map.entry("Titlecase_Letter", "Lt"),
          Map.entry("Modifier_Letter", "Lm"),
          Map.entry("Other_Letter", "Lo"),
          Map.entry("Mark", "M"),
          Map.entry("Combining_Mark", "M"),
          Map.entry("Nonspacing_Mark", "Mn"),
          Map.entry("Spacing_Mark", "Mc"),
          Map.entry("Enclosing_Mark", "Me"),
          Map.entry("Number", "N"),
          Map.entry("Decimal_Number", "Nd"),
          Map.entry("digit", "Nd"),
          Map.entry("Letter_Number", "Nl"),
          Map.entry("Other_Number", "No"),
          Map.entry("Punctuation", "P"),
          Map.entry("punct", "P"),
          Map.entry("Connector_Punctuation", "Pc"),
          Map.entry("Dash_Punctuation", "Pd"),
          Map.entry("Open_Punctuation", "Ps"),
          Map.entry("Close_Punctuation", "Pe"),
          Map.entry("Initial_Punctuation", "Pi"),
          Map.entry("Final_Punctuation", "Pf"),
          Map.entry("Other_Punctuation", "Po"),
          Map.entry("Symbol", "S"),
          Map.entry("Math_Symbol", "Sm"),
          Map.entry("Currency_Symbol", "Sc"),
          Map.entry("Modifier_Symbol", "Sk"),
          Map.entry("Other_Symbol", "So"),
          Map.entry("Separator", "Z"),
          Map.entry("Space_Separator", "Zs"),
          Map.entry("Line_Separator", "Zl"),
          Map.entry("Paragraph_Separator", "Zp"),
          Map.entry("Other", "C"),
          Map.entry("Control", "Cc"),
          Map.entry("cntrl", "Cc"),
          Map.entry("Format", "Cf"),
          Map.entry("Surrogate", "Cs"),
          Map.entry("Private_Use", "Co"),
          Map.entry("Unassigned", "Cn"));

  private UnicodeProperty() {}

  /** The property written between the braces; null when there is none of that name. */
  static IntPredicate named(String name) {
    int equals = name.indexOf('=');
    if (equals < 0) {
      IntPredicate category = category(name);
      return category != null ? category : binary(name);
    }
    String value = name.substring(equals + 1);
    return switch (name.substring(0, equals)) {
      case "General_Category", "gc" -> category(value);
      case "Script", "sc", "Script_Extensions", "scx" -> script(value);
      default -> null;
    };
  }

  private static IntPredicate category(String name) {
    String code = LONG_NAMES.getOrDefault(name, name);
    if (code.equals("LC")) {
      return c -> "LuLlLt".contains(CATEGORIES[Character.getType(c)]);
    }
    boolean known = false;
    for (String category : CATEGORIES) {
      known |= !code.isEmpty() && code.length() < 3 && category.startsWith(code);
    }
    return known ? c -> CATEGORIES[Character.getType(c)].startsWith(code) : null;
  }

  private static IntPredicate script(String name) {
    try {
      Character.UnicodeScript script = Character.UnicodeScript.forName(name);
      return c -> Character.UnicodeScript.of(c) == script;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static IntPredicate binary(String name) {
    return switch (name) {
      case "Any" -> c -> true;
      case "Assigned" -> Character::isDefined;
      case "ASCII" -> c -> c < 128;
      case "ASCII_Hex_Digit", "AHex" -> c -> c < 128 && Character.digit(c, 16) >= 0;
      case "Alphabetic", "Alpha" -> Character::isAlphabetic;
      case "Lowercase", "Lower" -> Character::isLowerCase;
      case "Uppercase", "Upper" -> Character::isUpperCase;
      case "White_Space", "space" -> c -> CharSet.SPACE.contains(c) && c != 0xfeff || c == 0x85;
      case "ID_Start", "IDS" -> Character::isUnicodeIdentifierStart;
      case "ID_Continue", "IDC" ->
          c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
      case "Ideographic", "Ideo" -> Character::isIdeographic;
      case "Emoji" -> Character::isEmoji;
      case "Emoji_Presentation", "EPres" -> Character::isEmojiPresentation;
      case "Emoji_Modifier", "EMod" -> Character::isEmojiModifier;
      case "Emoji_Modifier_Base", "EBase" -> Character::isEmojiModifierBase;
      case "Emoji_Component", "EComp" -> Character::isEmojiComponent;
      case "Extended_Pictographic", "ExtPict" -> Character::isExtendedPictographic;
      default -> null;
    };
  }
}
