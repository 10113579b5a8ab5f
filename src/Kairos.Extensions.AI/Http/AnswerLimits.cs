namespace Kairos.Extensions.AI;

/// <summary>How much of an answer may come in, in bytes.</summary>
/// <param name="Answer">Of a whole answer, or a whole stream.</param>
/// <param name="Line">Of one line or event of a stream.</param>
/// <param name="Failure">Of the body of an answer that failed; the rest of it is not read.</param>
internal readonly record struct AnswerLimits(long Answer, int Line, int Failure);
