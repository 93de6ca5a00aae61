#include "io/open.h"
