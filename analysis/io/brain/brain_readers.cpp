#include "io/brain/cifti/cifti_reader.h"
#include "io/brain/dicom/dicom_reader.h"
#include "io/brain/freesurfer/mgh_reader.h"
#include "io/brain/freesurfer/surface_reader.h"
#include "io/brain/gifti/gifti_reader.h"
#include "io/brain/gipl/gipl_reader.h"
#include "io/brain/labels/labels_beside.h"
#include "io/brain/metaimage/metaimage_reader.h"
#include "io/brain/minc/minc_reader.h"
#include "io/brain/nrrd/nrrd_reader.h"
#include "io/groups.h"
#include "io/nifti/nifti_header.h"
#include "io/nifti/nifti_reader.h"

namespace discern::io {

namespace {

bool isNifti(const Candidate& c) { return NiftiHeader::kindOf(c.head) != NiftiHeader::Kind::Not; }

std::shared_ptr<data::Dataset> openNiftiOrRefuse(const Candidate& c) {
  if (NiftiHeader::kindOf(c.head) == NiftiHeader::Kind::Analyze)
    throw data::ReadError(c.path(), "the header has no NIfTI mark (\"n+1\" or \"ni1\" at byte 344): this is ANALYZE "
                                    "7.5, which does not say which side is left, or a damaged NIfTI file");
  return openNifti(c.file, c.head, c.gzip);
}

} // namespace

std::vector<Reader> brainReaders() {
  return {{{"CIFTI-2"}, isCifti, openCifti},
          {{"NIfTI-1", "NIfTI-2"}, isNifti, openNiftiOrRefuse},
          {{"DICOM"}, isDicom, openDicom},
          {{"GIFTI"}, isGifti, openGifti},
          {{"NRRD"}, isNrrd, openNrrd},
          {{"GIPL"}, isGipl, openGipl},
          {{"MetaImage"}, isMetaImage, openMetaImage},
          {{"MGH"}, isMgh, openMgh},
          {{"MINC 2"}, isMinc, openMinc},
          {{"FreeSurfer surface", "FreeSurfer values on vertices", "FreeSurfer annotation", "FreeSurfer label"},
           isFreeSurfer,
           openFreeSurfer},
          {{"label table"}, isLabelFile, openLabelFile}};
}

std::vector<FolderReader> brainFolders() { return {{{"DICOM series"}, isDicomFolder, openDicomFolder}}; }

} // namespace discern::io
