namespace Kairos;

/// <summary>Says of a method that is given to models as a tool that it may be called twice without harm: a guarded tool without it is never
/// repeated once it was called.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute;
