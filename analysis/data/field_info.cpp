#include "data/field_info.h"
