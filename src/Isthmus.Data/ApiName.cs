namespace Isthmus;

/// <summary>A name that C# and the command line spell differently: of an option, a setting, a model or a verb.</summary>
/// <param name="Member">Name in C#: <c>DataOptions.Label</c>.</param>
/// <param name="CommandLine">On the command line: <c>--label</c>.</param>
public sealed record ApiName(string Member, string CommandLine)
{
    /// <summary>The name in C#.</summary>
    public override string ToString() => Member;
}
