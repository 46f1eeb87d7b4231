namespace Isthmus.Onnx.Graphs;

/// <summary>Type of the elements of a value in a graph. The numbers are those of the ONNX format.</summary>
public enum OnnxElement
{
    /// <summary>32-bit floating-point numbers.</summary>
    Float = 1,

    /// <summary>64-bit whole numbers.</summary>
    Int64 = 7,

    /// <summary>Texts.</summary>
    Text = 8,

    /// <summary>Truth values.</summary>
    Boolean = 9,

    /// <summary>64-bit floating-point numbers.</summary>
    Double = 11,
}
