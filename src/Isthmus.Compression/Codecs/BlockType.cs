namespace Isthmus.Compression.Codecs;

/// <summary>Coding of the records of one block. The numbers are in files: they never change.</summary>
public enum BlockType : byte
{
    /// <summary>The bytes as they are.</summary>
    Raw = 0,

    /// <summary>Brotli over the bytes of all the block's records.</summary>
    Brotli = 1,

    /// <summary>A quantised latent and the record given it, one record at a time.</summary>
    QuantisedLatent = 2,

    /// <summary>A bits-back chain over the block's records, above records of quantised latents.</summary>
    BitsBack = 3,

    /// <summary>Bytes of coded photographs as they are; the archive's model decodes them.</summary>
    Photograph = 4,

    /// <summary>Lines of text, token by token.</summary>
    Lines = 5,

    /// <summary>Bytes of photographs coded without loss, as they are; the archive's model decodes them.</summary>
    LosslessPhotograph = 6,
}
