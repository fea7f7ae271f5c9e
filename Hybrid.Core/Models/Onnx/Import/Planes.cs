using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Images of one dimension as images of two, and back: their height is 1.</summary>
internal static class Planes
{
    /// <summary>(N, C, L) as (N, C, 1, L); others as they are.</summary>
    public static SecretTensor Raised(SecretTensor images) =>
        images.Shape.Rank == 3 ? images.Reshape(images.Shape[0], images.Shape[1], 1, images.Shape[2]) : images;

    /// <summary>(N, C, 1, L) as (N, C, L), if that is what images were.</summary>
    public static SecretTensor Lowered(SecretTensor planes, int rank)
    {
        Shape shape = planes.Shape;
        return rank == 3 ? planes.Reshape(shape[0], shape[1], shape[3]) : planes;
    }
}
