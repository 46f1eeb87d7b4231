using System.Reflection;
using System.Reflection.Emit;

namespace Isthmus.Tests;

/// <summary>Reads what the compiled code of a method names.</summary>
internal static class CompiledCode
{
    private static readonly Dictionary<int, OpCode> ByValue = typeof(OpCodes)
        .GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF);

    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Every method and constructor of an assembly that has code, with what it names.</summary>
    public static IEnumerable<(MethodBase Method, object Operand)> Of(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything))
        let body = method.GetMethodBody()
        where body is not null
        from found in Operations(method, body)
        select (method, found.Operand);

    /// <summary>The operations that name a type, a method, a field or a text, and what they name.</summary>
    public static IEnumerable<(OpCode Operation, object Operand)> Operations(MethodBase method, MethodBody body)
    {
        var code = body.GetILAsByteArray()!;
        var ofType = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? 0xFE00 | code[at + 1] : code[at];
            var operation = ByValue[value];
            at += operation.Size;
            switch (operation.OperandType)
            {
                case OperandType.InlineTok or OperandType.InlineType or OperandType.InlineMethod or OperandType.InlineField:
                    if (method.Module.ResolveMember(BitConverter.ToInt32(code, at), ofType, ofMethod) is { } named)
                        yield return (operation, named);
                    at += 4;
                    break;
                case OperandType.InlineString:
                    yield return (operation, method.Module.ResolveString(BitConverter.ToInt32(code, at)));
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(code, at));
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += 1;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }
}
