using System.Runtime.Intrinsics.X86;

namespace Isthmus.Compute;

/// <summary>Multiplications that the processor does in hardware.</summary>
internal static class ProcessorSupport
{
    /// <summary>
    /// True if the processor multiplies bfloat16: AVX512-BF16 (CPUID leaf 7, subleaf 1, EAX bit 5) or AMX-BF16 (leaf 7, subleaf 0, EDX bit 22): Intel SDM
    /// volume 2, CPUID.
    /// </summary>
    public static bool MultipliesBfloat16 { get; } =
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && ((X86Base.CpuId(7, 1).Eax >> 5 & 1) == 1 || (X86Base.CpuId(7, 0).Edx >> 22 & 1) == 1);

    /// <summary>
    /// True if the processor adds products of 8-bit whole numbers in 32 bits: AVX512-VNNI (CPUID leaf 7, subleaf 0, ECX bit 11) or AVX-VNNI (leaf 7, subleaf 1,
    /// EAX bit 4).
    /// </summary>
    public static bool MultipliesWholeNumbers { get; } =
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && ((X86Base.CpuId(7, 0).Ecx >> 11 & 1) == 1 || (X86Base.CpuId(7, 1).Eax >> 4 & 1) == 1);

    /// <summary>Returns true if a precision of "auto", "float32" or "bfloat16" means bfloat16 on this processor.</summary>
    public static bool InBfloat16(string precision) => precision == "bfloat16" || precision == "auto" && MultipliesBfloat16;
}
