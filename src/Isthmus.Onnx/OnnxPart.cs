namespace Isthmus.Onnx;

/// <summary>Part of a model that an ONNX file holds.</summary>
public enum OnnxPart
{
    /// <summary>From records to codes: the mean of q(z|x), or z itself where there is no q.</summary>
    Encoder,

    /// <summary>From codes to records: the mean E[x|z] in the data's own units.</summary>
    Decoder,

    /// <summary>From records to their reconstructions, E[x|z] at the mean code of x, in the data's own units.</summary>
    Reconstruct,

    /// <summary>From rows of a table to bits, p-value and the bits of each column.</summary>
    Score,
}
