using System.Globalization;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Checks the text of a question before anything reads it.</summary>
static class QuestionText
{
    internal static QuestionRefusal? Refusal(string question)
    {
        if (question.Length > QuestionReader.MaxLength)
            return Refuse(
                RefusalReason.TooLong,
                $"The question is longer than {QuestionReader.MaxLength} characters. Ask for one thing at a time."
            );
        for (int i = 0; i < question.Length; i++)
        {
            char c = question[i];
            if (i + 1 < question.Length && char.IsSurrogatePair(c, question[i + 1]))
                i++;
            else if (char.IsSurrogate(c) || IsForbidden(c))
                return Refuse(
                    RefusalReason.NotText,
                    "The question contains control characters, or characters that are not text."
                );
        }
        return question.Any(char.IsLetterOrDigit) ? null : Refuse(RefusalReason.Empty, "The question has no words.");
    }

    /// <summary>Control and format characters, other than the white space that people paste.</summary>
    static bool IsForbidden(char c) =>
        c is not ('\t' or '\n' or '\r')
        && CharUnicodeInfo.GetUnicodeCategory(c)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse;

    static QuestionRefusal Refuse(RefusalReason reason, string message) => new(reason, message, PlanBuilder.Examples);
}
